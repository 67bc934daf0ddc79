// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "facts/model.h"
#include "profiles/kinship.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace unwedge::profiles {

/// What is known of an actor's parent.
struct Parent {
    facts::Pid pid = 0; ///< 0: it is not in the tree
    std::string name;
    std::optional<std::string> profile;
    std::string argv;
    std::string program;
    bool operator==(const Parent &) const = default;
};

/// All of an actor that rules look at. Untrusted bytes, but bounded.
struct Traits {
    std::string argv;    ///< as exec'd, the words joined by spaces; of long ones the beginning
    std::string program; ///< base name of its first word
    std::string title;   ///< its command line as it stands now
    std::string comm;
    std::string called; ///< what it is called without a profile: facts::actor_name()
    bool forked = false;
    Links links; ///< to its parent
    Parent parent;
    bool same_program = false; ///< as its parent
    bool operator==(const Traits &) const = default;
};

/// `parent`: nullptr if it is not in the tree; `known`: what is known of it.
Traits traits_of(const facts::Actor &actor, const facts::Actor *parent, Parent known, Links links);

/// The words of a command line joined by spaces, as ps(1) shows them, up to the length that rules look at.
std::string joined(const std::vector<std::string> &words);

/// "python3.11" and "/usr/bin/python3" are "python".
std::string program_name(std::string_view path);

} // namespace unwedge::profiles
