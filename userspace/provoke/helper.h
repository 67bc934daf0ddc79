// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "provoke/board.h"
#include "provoke/spec.h"
#include "util/fd.h"
#include "util/result.h"

#include <sys/types.h>

namespace unwedge::provoke {

/// The process that does what provokes.
struct Helper {
    pid_t pid = 0;
    Fd pidfd;
    Fd socket; ///< takes messages; once it is closed the helper lets all go on and ends
};

/// Starts it. It ends when nobody has the socket's other side any more, and so with unwedge, whatever ends
/// that; before it ends, whoever it has stopped goes on, and what makes its load ends with it in any case. It
/// is out of reach of the terminal and of signals to process groups, and its priority is the highest that it
/// may have: who is late to let somebody go on would stop him for longer.
///
/// waitid(2) without __WALL does not know it, nor does its end raise SIGCHLD, as with the output relay.
Result<Helper> start_helper(const Plan &plan, Board &board);

} // namespace unwedge::provoke
