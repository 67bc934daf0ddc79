// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "facts/stack.h"
#include "procfs/proc.h"
#include "stacks/program.h"

#include <map>
#include <vector>

namespace unwedge::stacks {

struct ThreadId {
    facts::Pid pid = 0;
    facts::Pid tid = 0;
};

/// What these threads are executing, in the kernel (root only) and in user space, by tid. Takes about a tenth
/// of a second for each process, and five seconds at most; what could not be read says why. The threads
/// notice nothing of it, unless `stop` is Stop::needed: see capture_stopped(). One that had to be stopped in
/// poll, a relative nanosleep or a futex with a timeout can't be understood by a later look until that call
/// returns: take the snapshots first.
///
/// It forks, so under kernel.yama.ptrace_scope=1 and without CAP_SYS_PTRACE it can't even read unwedge's own
/// children; each stack's error says so then.
std::map<facts::Pid, facts::ThreadStack>
collect(const procfs::Proc &proc, const std::vector<ThreadId> &threads, Stop stop = Stop::unnoticed);

} // namespace unwedge::stacks
