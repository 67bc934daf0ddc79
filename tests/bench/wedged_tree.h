// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "facts/model.h"

namespace bench {

/// Two looks at a tree of processes that ends in a wedge: its last actor forgot the channel to its parent,
/// whose answer the parent awaits, and so on up to the root.
struct WedgedTree {
    unwedge::facts::Snapshot first;
    unwedge::facts::Snapshot second; ///< so much later that a verdict can be confirmed
    unwedge::facts::Pid culprit = 0;
};

/// `actors` >= 2 workers in a tree of eight children each, with ten channels for each actor: TCP, a UNIX
/// socket and a pipe to the parent, TCP to the root (a broker that all are connected to), the rest TCP and
/// UNIX sockets to other workers, all watched by epoll. Every sixteenth is busy and has not read for a while;
/// as many others have something unread that has just come.
WedgedTree wedged_tree(int actors);

} // namespace bench
