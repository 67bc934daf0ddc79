// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "facts/ids.h"

#include <cstddef>
#include <set>

namespace unwedge::gate {

/// Makes this process the parent of whatever runs it starts leave behind (PR_SET_CHILD_SUBREAPER).
void adopt_leftovers();

/// Ends all children of this process but `running`, and all that comes from them: SIGTERM first, SIGKILL a
/// second later. Returns how many processes there were. A run that lives keeps its own orphans, so what is
/// found here is of those that have ended.
std::size_t end_leftovers(const std::set<facts::Pid> &running);

} // namespace unwedge::gate
