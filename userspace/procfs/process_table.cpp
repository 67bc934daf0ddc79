// SPDX-License-Identifier: GPL-2.0-only
#include "procfs/process_table.h"

namespace unwedge::procfs {

Result<ProcessTable> read_processes(const Proc &proc) {
    const Result<std::vector<Pid>> pids = proc.pids();
    if (!pids)
        return pids.error();
    ProcessTable table;
    for (const Pid pid : *pids) {
        const Result<Stat> stat = proc.stat(pid);
        if (!stat && is_shortage(stat.error()))
            return stat.error();
        if (stat && stat->state != 'Z' && stat->state != 'X')
            table.emplace(pid, *stat); // else it has ended meanwhile
    }
    return table;
}

} // namespace unwedge::procfs
