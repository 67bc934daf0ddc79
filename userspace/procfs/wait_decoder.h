// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "facts/wait.h"
#include "procfs/syscalls.h"
#include "procfs/target.h"
#include "util/clock.h"

namespace unwedge::procfs {

/// What a thread of `target` that is in the system call `frame` waits for. `now`: CLOCK_MONOTONIC of the look
/// at the frame. Nothing is believed of the frame or of what it points to: what can't be read is unknown.
facts::Wait decode_wait(const SyscallFrame &frame, Target &target, Nanos now);

} // namespace unwedge::procfs
