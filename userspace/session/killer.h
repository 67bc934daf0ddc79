// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "session/watcher.h"

#include <string>
#include <string_view>

namespace unwedge::session {

/// After SIGKILL: how long the kernel is given to end the processes.
constexpr Nanos end_of_patience = std::chrono::seconds(3);
/// While the tree is being ended, where no events tell who is left.
constexpr Nanos between_scans = std::chrono::milliseconds(50);

/// What is said when the tree is about to be ended, because of `why`.
std::string ending_text(std::string_view why, Nanos kill_after);

/// Sends `signal`, SIGTERM or SIGKILL, to every living process of the tree. All are stopped first, so that
/// none forks unseen, and go on then.
void signal_tree(Watcher &watcher, int signal);

} // namespace unwedge::session
