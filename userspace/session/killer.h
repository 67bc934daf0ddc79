// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "session/watcher.h"

namespace unwedge::session {

/// Sends `signal` to every living process of the tree, by pidfd, and only if it then still is an actor: a pid
/// that was used again is not hit.
void signal_tree(const Watcher &watcher, int signal);

} // namespace unwedge::session
