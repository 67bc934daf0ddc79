// SPDX-License-Identifier: GPL-2.0-only
#include "session/recount.h"

#include "procfs/family.h"
#include "procfs/ticks.h"
#include "session/actors.h"
#include "util/pidfd.h"

#include <unistd.h>

#include <cerrno>

namespace unwedge::session {
namespace {

/// A process may go on when its first thread has ended.
bool is_dead(const procfs::Stat &stat) {
    return (stat.state == 'Z' || stat.state == 'X') && stat.num_threads <= 1;
}

/// It is alive, as the tree has it, and runs what the tree takes it to run. An event comes after what it
/// tells of has begun, so a process that began after its event is another one of the same number.
bool is_known(const Tree &tree, facts::Pid pid, const procfs::Stat &stat) {
    const auto found = tree.members().find(pid);
    if (found == tree.members().end() || found->second.exited)
        return false;
    return procfs::started(stat) <= found->second.started && (!found->second.forked || stat.forked);
}

} // namespace

Result<bool> adopt_the_missed(const Tree &tree, kernel::Tracer &tracer, const procfs::Proc &proc,
                              const std::set<facts::Pid> &others) {
    const Result<procfs::ProcessTable> table = procfs::read_processes(proc);
    if (!table)
        return table.error();
    std::set<facts::Pid> spared = others;
    spared.insert(::getpid());
    procfs::Family family(std::move(spared));
    for (const facts::Pid pid : tree.living())
        family.add(pid, *table);
    for (const auto &[pid, stat] : *table)
        if (others.empty() && stat.ppid == ::getpid())
            family.add(pid, *table);
    family.grow(*table);
    bool found = false;
    for (const facts::Pid pid : family.living(*table)) {
        const Result<std::size_t> adopted = tracer.adopt_running(pid);
        if (!adopted)
            return adopted.error();
        found = found || *adopted > 0;
    }
    return found;
}

Result<Recount> Recount::take(const Tree &tree, const kernel::Tracer &tracer, const procfs::Proc &proc) {
    const Result<procfs::ProcessTable> table = procfs::read_processes(proc);
    if (!table)
        return table.error();
    Recount count;
    for (const facts::Pid pid : tree.living()) {
        const Result<procfs::Stat> stat = proc.stat(pid);
        if (!stat && is_shortage(stat.error()))
            return stat.error();
        const bool is_gone = !stat && (stat.error().code == ENOENT || stat.error().code == ESRCH);
        if (is_gone || (stat && is_dead(*stat)))
            count.gone_.emplace(pid, tree.members().at(pid).started);
    }
    for (const auto &[pid, stat] : *table) {
        if (is_known(tree, pid, stat))
            continue;
        const Fd pidfd = open_pidfd(pid);
        if (!pidfd && is_shortage(errno_error("pidfd_open", errno)))
            return errno_error("pidfd_open", errno);
        if (pidfd && tracer.is_actor(pidfd))
            count.unknown_.emplace(pid, stat);
    }
    return count;
}

bool Recount::amend(Tree &tree, const procfs::Proc &proc) const {
    bool amended = false;
    for (const auto &[pid, started] : gone_) {
        const auto member = tree.members().find(pid);
        if (member == tree.members().end() || member->second.exited || member->second.started != started)
            continue;
        tree.apply(facts::Exited{.at = monotonic_now(), .pid = pid, .status = std::nullopt});
        amended = true;
    }
    for (const auto &[pid, stat] : unknown_) {
        if (is_known(tree, pid, stat))
            continue;
        plant_running(tree, pid, stat, proc);
        amended = true;
    }
    return amended;
}

} // namespace unwedge::session
