// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "facts/wait.h"
#include "procfs/syscalls.h"
#include "procfs/target.h"

namespace unwedge::procfs {

/// How long `frame`, a call of the kind that `call` describes, lasts at most. `now`: CLOCK_MONOTONIC of the
/// look at the frame. Relative timeouts are told from the start of the wait, absolute ones as what is left
/// (from_now). More than 292 years is never; what is invalid or can't be read is unknown.
facts::Timeout decode_timeout(const SyscallFrame &frame, const Syscall &call, Target &target, Nanos now);

} // namespace unwedge::procfs
