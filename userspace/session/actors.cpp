// SPDX-License-Identifier: GPL-2.0-only
#include "session/actors.h"

#include "facts/actor_name.h"
#include "procfs/ticks.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

namespace unwedge::session {

void add_processes(const std::vector<facts::Pid> &roots, const procfs::ProcessTable &table,
                   procfs::Family &family) {
    for (const facts::Pid root : roots)
        if (const auto found = table.find(root); found != table.end() && !found->second.kernel_thread)
            family.add(root, table);
}

void plant_running(Tree &tree, facts::Pid pid, const procfs::Stat &stat, const procfs::Proc &proc) {
    const Result<std::vector<std::string>> argv = proc.argv(pid, longest_command_line);
    tree.plant(pid, argv ? *argv : std::vector<std::string>(), stat.ppid, procfs::started(stat));
    tree.apply(facts::Executed{.pid = pid, .comm = stat.comm, .argv = {}});
}

Result<void> require_members(const Tree &tree, const std::vector<facts::Pid> &pids) {
    const auto missing =
        std::ranges::find_if(pids, [&](facts::Pid pid) { return !tree.members().contains(pid); });
    if (missing == pids.end())
        return {};
    // There is one, but who may not signal it may not see it either.
    if (::kill(*missing, 0) != 0 && errno == EPERM &&
        ::access(fmt::format("/proc/{}", *missing).c_str(), F_OK) != 0)
        return Error{
            fmt::format("/proc hides process {} (it is mounted with hidepid): run unwedge as root, or "
                        "as its user",
                        *missing),
            EPERM};
    return Error{fmt::format("there is no process {}", *missing), ESRCH};
}

facts::Actor known_actor(facts::Pid pid, const Member &member) {
    facts::Actor actor;
    actor.pid = pid;
    actor.ppid = member.ppid;
    actor.name = facts::actor_name(member.argv, member.comm);
    actor.argv = member.argv;
    actor.comm = member.comm;
    actor.forked = member.forked;
    return actor;
}

facts::Actor dead_actor(facts::Pid pid, const Member &member) {
    facts::Actor actor = known_actor(pid, member);
    actor.started = member.started;
    actor.exited = true;
    actor.exit_status = member.status;
    return actor;
}

} // namespace unwedge::session
