// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "profiles/name_template.h"
#include "profiles/traits.h"
#include "util/pattern.h"
#include "util/result.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace unwedge::profiles {

/// What a channel to the parent must be.
enum class Wanted { any, tcp, unix_socket, pipe };

/// Recognises one kind of actor and names it. All conditions that are there must hold.
struct Rule {
    std::optional<std::string> profile; ///< nullopt: it only names
    std::optional<Pattern> program;
    std::optional<Pattern> argv;
    std::optional<Pattern> title;
    std::optional<Pattern> comm;
    std::optional<std::string> parent; ///< the parent's profile
    std::optional<Pattern> parent_program;
    std::optional<Pattern> parent_argv;
    std::optional<Wanted> channel;
    std::optional<bool> forked;
    bool same_program = false;
    NameTemplate name;

    /// The groups of argv, title and comm, in this order; nullopt if it does not match.
    std::optional<std::vector<std::string>> match(const Traits &traits) const;
    /// Does it go by nothing but what an actor can call itself at any time?
    bool goes_by_looks() const;
};

/// Rules, in the order in which they are tried.
class Profiles {
  public:
    /// Those that come with unwedge.
    static Result<Profiles> builtin();
    /// Those of a TOML file's `text`; man/unwedge.1 describes it. The Error is one line, "FILE:LINE: KEY:
    /// what is wrong".
    static Result<Profiles> parse(std::string_view text, const std::string &file);

    explicit Profiles(std::vector<Rule> rules = {});
    /// Adds those of `others` after these.
    void append(const Profiles &others);

    const std::vector<Rule> &rules() const { return rules_; }

  private:
    std::vector<Rule> rules_;
};

} // namespace unwedge::profiles
