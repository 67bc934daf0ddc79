// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "facts/model.h"
#include "procfs/proc.h"
#include "procfs/target.h"

namespace unwedge::procfs {

/// One thread of a process.
struct ThreadSight {
    facts::Thread thread;        ///< without `asleep`
    int cpu = -1;                ///< it runs on, or ran on last
    bool counted = true;         ///< thread.switches is known; here they are the times it came onto a CPU
    bool syscall_hidden = false; ///< what it waits in is told by its wait channel alone
};

/// One thread of `pid` as /proc shows it at `now` (CLOCK_MONOTONIC); `target`, its process, is asked for what
/// its system call means. Code ENOENT or ESRCH: it has ended.
Result<ThreadSight> read_thread(const Proc &proc, Pid pid, Pid tid, Target &target, Nanos now);
/// The same where its state was read just now: of a process's only thread, with the process's own.
ThreadSight read_thread(const Proc &proc, Pid pid, Pid tid, const Stat &stat, Target &target, Nanos now);

} // namespace unwedge::procfs
