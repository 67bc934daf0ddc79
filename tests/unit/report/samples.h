// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "report/context.h"

#include <map>
#include <string>

namespace unwedge::report::samples {

Context wedge();        ///< a child that left its loop's set, its parent waits over TCP
Context chain();        ///< pytest → parent → broker → a worker that sleeps, among idle siblings
Context healthy();      ///< the same tree as wedge(), nothing unread
Context timed();        ///< wedge() at level full
Context recovered();    ///< a stall that ended
Context inconclusive(); ///< as wedge(), but events were lost
Context crowd();        ///< 200 actors of which six wait on one that is stopped
Context hostile();      ///< names, arguments and addresses that attack the terminal
Context triage();       ///< no BPF; a UNIX socket, a connection that leaves the host, notes
Context stacked();      ///< wedge() with the stacks of its culprit
Context host();         ///< triage --all: the wedge of a terminal, daemons of which one is suspected
Context empty();        ///< nothing at all

/// All of them by name.
std::map<std::string, Context> all();

} // namespace unwedge::report::samples
