// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "report/cast.h"
#include "report/page.h"

#include <string>
#include <vector>

namespace unwedge::report {

/// "fd 9", "fds 9 and 10": the actor's descriptors of the end.
std::string descriptors_text(const facts::Actor &actor, const facts::End &end);

/// "fd 9 of child (pid 12)" for all that hold it, "outside the traced processes" where none does.
std::string holders_text(const facts::Snapshot &snapshot, const facts::End *end);

/// "127.0.0.1:4000"; "unnamed" for a UNIX socket without an address.
std::string address_text(const std::string &address);

/// The unread channel of a culprit: how much for how long, what its loop asks for, both ends.
std::vector<Line> unread_lines(const Context &context, const diagnosis::Verdict &verdict);

} // namespace unwedge::report
