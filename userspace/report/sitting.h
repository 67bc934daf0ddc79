// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "report/context.h"

#include <optional>
#include <string>

namespace unwedge::report {

/// The thread that tells most about the actor: for the culprit of a blocked_loop the one that is blocked as
/// the verdict says, else the first parked one, else the main thread. nullptr if it has none.
const facts::Thread *telling_thread(const Context &context, const facts::Actor &actor);

/// The telling thread's system call; "running" on or waiting for a CPU; "" if unknown or exited.
std::string wait_call(const Context &context, const facts::Actor &actor);

/// The soonest time at which a thread of the actor wakes by itself, within the horizon of one hour.
std::optional<Nanos> next_timer(const facts::Actor &actor);

/// "parked in epoll_wait, no timer", "blocked in nanosleep, 59 min 56 s left", "stopped by a signal",
/// "running".
std::string sits_in(const Context &context, const facts::Actor &actor);

/// "nanosleep, 59 min 56 s left", "futex, held by thread 13": a wait without the word parked or blocked.
std::string wait_text(const facts::Thread &thread);

/// "exited with 1", "killed by SIGKILL".
std::string exit_text(const facts::Actor &actor);

} // namespace unwedge::report
