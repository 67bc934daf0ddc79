// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "util/result.h"

#include <string>
#include <vector>

namespace unwedge::kernel {

/// A capability that tracing makes use of.
struct Capability {
    int number = 0;
    std::string name;    ///< "CAP_BPF"
    std::string why;     ///< what it does here
    std::string without; ///< what follows where it is missing
    bool needed = true;  ///< for BPF at all; else something is not seen
};

/// Those that this process lacks in its effective set: empty means that nothing is missing. Inside a user
/// namespace all are: the set is of that namespace only.
std::vector<Capability> missing_capabilities();

/// An error naming each missing one that BPF needs and what to do, if there is one.
Result<void> require_capabilities();

/// What the user can do about missing ones, in a line.
std::string remedy();

/// The command that grants them to the program itself, where that would help; empty where it would not: in a
/// user namespace, and where file capabilities do not count (no_new_privs, a file system mounted nosuid, the
/// bounding set).
std::vector<std::string> setcap_command();

} // namespace unwedge::kernel
