// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "expect/checker.h"
#include "session/identity.h"
#include "session/teller.h"
#include "session/watcher.h"
#include "session/witness.h"
#include "util/result.h"

#include <optional>
#include <string>
#include <vector>

namespace unwedge::session {

/// What the user expects of a run.
struct Expected {
    std::vector<expect::Expectation> given; ///< by --expect
    std::optional<std::string> file;        ///< of --expect-file
};

/// All of them, those of the file last, which is read with the rights of `reader` if there is one; and has
/// `watch` see what they need. An Error is the user's to mend.
Result<std::vector<expect::Expectation>>
load_expectations(const Expected &expected, const std::optional<Identity> &reader, WatchSettings &watch);

/// Tells a checker what is seen of a run, and people what came of it.
class Expectations final : public Witness {
  public:
    Expectations(std::vector<expect::Expectation> all, const Means &means);

    bool exist() const { return !all_.empty(); }
    /// The command, which has not run yet, is about to.
    void begin(facts::Pid root, const std::vector<std::string> &argv, Nanos at);
    void saw(const facts::Event &event) override { checker_.saw(event); }
    void saw(const facts::Call &call) override { checker_.saw(call); }
    void saw(const Look &look, const LookTerms & /*terms*/) override { checker_.saw(look.snapshot); }
    void saw(const recording::Sample & /*sample*/) override {}

    /// Are some about what is left when the command has ended? Then the tree is given a moment.
    bool are_about_the_end() const;
    /// To be called once.
    void judge(const expect::Ending &ending, const Teller &teller);
    /// nullopt: there are none, or they have not been judged.
    const std::optional<std::vector<expect::Outcome>> &outcomes() const { return outcomes_; }
    /// Of `run`, where the command's own would be `status`: 1 if one has not held, 0 if that one was
    /// expected.
    int exit_status(int status) const;

  private:
    std::vector<expect::Expectation> all_;
    expect::Checker checker_;
    std::optional<std::vector<expect::Outcome>> outcomes_;
};

} // namespace unwedge::session
