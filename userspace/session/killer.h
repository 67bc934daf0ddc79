// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "kernel/tracer.h"
#include "session/tree.h"

namespace unwedge::session {

/// Sends `signal` to every living process of the tree, by pidfd, and only if the kernel says that it belongs
/// to the tree: a pid that was used again is not hit.
void signal_tree(const Tree &tree, const kernel::Tracer &tracer, int signal);

} // namespace unwedge::session
