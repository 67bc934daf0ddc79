// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "procfs/proc.h"

#include <map>

namespace unwedge::procfs {

/// Every living process at one moment, zombies left out: those have ended. Processes come and go while it is
/// read, so a child can be there without its parent.
using ProcessTable = std::map<Pid, Stat>;

Result<ProcessTable> read_processes(const Proc &proc);

/// Is it the same process, not another one that got its number later?
inline bool is_same(const Stat &one, const Stat &other) {
    return one.starttime == other.starttime;
}

} // namespace unwedge::procfs
