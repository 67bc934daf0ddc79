// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "expect/ending.h"
#include "expect/expectation.h"
#include "expect/outcome.h"
#include "expect/roster.h"
#include "facts/call.h"
#include "facts/event.h"
#include "facts/model.h"

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace unwedge::expect {

/// Holds a run against what is expected of it. Pure: it is told all that is seen, as it is seen.
class Checker {
  public:
    enum class Source {
        events, ///< all that happens is told
        looks   ///< now and then somebody looked, and what was short was missed
    };

    /// `local`: the addresses of this host, as text.
    Checker(std::vector<Expectation> expectations, std::set<std::string> local, Source source);

    /// The command starts, with this first process.
    void begin(facts::Pid root, const std::vector<std::string> &argv, Nanos at);
    void saw(const facts::Event &event);
    void saw(const facts::Call &call);
    void saw(const facts::Snapshot &look);

    /// One for each expectation, in their order.
    std::vector<Outcome> judge(const Ending &ending) const;

  private:
    /// Somebody did something that an expectation is about.
    struct Sighting {
        Nanos at{};
        Roster::Entry who; ///< null: not known
        std::string deed;  ///< "connected to 127.0.0.1:6379"
    };
    /// One expectation and what was seen of it.
    struct Case {
        Expectation expectation;
        std::optional<Sighting> first;
        std::size_t more = 0;
        std::map<facts::EndId, Sighting> unanswered; ///< connections that were begun
        std::vector<std::string> others;             ///< what was seen instead; a few
    };

    void saw_actor(const Roster::Entry &who, Nanos at);
    void saw_spawn(const Roster::Entry &parent, const Roster::Entry &child, Nanos at);
    void take(const facts::Connecting &call);
    void take(const facts::Connected &call);
    void take(const facts::Listening &call);
    void take(const facts::SocketMade &call);
    void take_wanted_connection(Case &one, const facts::Connecting &call);
    static void note(Case &one, Sighting sighting);
    static void note_other(Case &one, std::string text);
    std::string tell(const Sighting &sighting) const;
    std::string doubt(const Expectation &expectation, const Ending &ending) const;
    Outcome judge_presence(const Case &one, const Ending &ending) const;
    Outcome judge_absence(const Case &one, const Ending &ending) const;
    Outcome judge_end(const Expectation &expectation, const Ending &ending) const;
    Outcome judge_lines(const Expectation &expectation, const Ending &ending) const;
    Outcome judge_one(const Case &one, const Ending &ending) const;

    std::vector<Case> cases_;
    std::set<std::string> local_;
    Source source_;
    Nanos began_{};
    Roster roster_;
};

} // namespace unwedge::expect
