// SPDX-License-Identifier: GPL-2.0-only
#include "session/procfs_watcher.h"

#include "session/actors.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace unwedge::session {
namespace {

using namespace std::chrono_literals;

/// Between two looks, while nothing is suspected: they cost a hundredth of a CPU at most, but what lies far
/// apart proves nothing.
constexpr Nanos shortest_pause = 500ms;
constexpr int pause_share = 100;
constexpr Nanos longest_pause = 5s;
/// While something is: a quarter of a CPU.
constexpr int suspicious_pause_share = 4;
constexpr Nanos longest_blind_gap = 12s;

diagnosis::Policy policy_of(const WatchSettings &settings) {
    diagnosis::Policy policy = settings.policy;
    policy.sweep = std::min(shortest_pause, policy.stall_after / 4); // the precision of what looks stamp
    return policy;
}

} // namespace

ProcfsWatcher::ProcfsWatcher(procfs::Proc proc, const WatchSettings &settings, profiles::Profiles profiles)
    : Watcher(policy_of(settings), std::move(profiles)),
      source_(std::move(proc), policy_of(settings), longest_blind_gap), family_({::getpid()}) {}

Result<void> ProcfsWatcher::follow(const Fd &, facts::Pid pid) {
    const Result<procfs::ProcessTable> table = procfs::read_processes(source_.proc());
    if (!table)
        return table.error();
    family_.add(pid, *table);
    return {};
}

Result<void> ProcfsWatcher::attach(const std::vector<facts::Pid> &roots) {
    has_other_children_ = true;
    const Result<procfs::ProcessTable> table = procfs::read_processes(source_.proc());
    if (!table)
        return table.error();
    add_processes(roots, *table, family_);
    family_.grow(*table);
    for (const facts::Pid pid : family_.living(*table))
        plant_running(tree_, pid, table->at(pid), source_.proc());
    return {};
}

void ProcfsWatcher::spare(facts::Pid pid) {
    family_.spare(pid);
    has_other_children_ = true;
}

bool ProcfsWatcher::is_actor(const Fd &pidfd, facts::Pid pid) const {
    // Asked after the descriptor was opened: if the number had been used again by then, this tells.
    const Result<procfs::Stat> stat = source_.proc().stat(pid);
    return pidfd && stat && family_.has(pid, {{pid, *stat}});
}

void ProcfsWatcher::drain_events() {
    const Result<procfs::ProcessTable> table = procfs::read_processes(source_.proc());
    if (!table)
        return note_failed_look(monotonic_now()); // what is known stays
    if (!has_other_children_)
        for (const auto &[pid, stat] : *table)
            if (stat.ppid == ::getpid())
                family_.add(pid, *table);
    family_.grow(*table);
    const Nanos now = monotonic_now();
    std::set<facts::Pid> living;
    for (const facts::Pid pid : family_.living(*table)) {
        living.insert(pid);
        const auto member = tree_.members().find(pid);
        const procfs::Stat &stat = table->at(pid);
        if (member == tree_.members().end() || member->second.exited)
            take(facts::Forked{.at = now, .parent = stat.ppid, .child = pid, .comm = stat.comm});
    }
    for (const facts::Pid pid : tree_.living())
        if (!living.contains(pid))
            take(facts::Exited{.at = now, .pid = pid, .status = {}});
}

Result<std::optional<Look>> ProcfsWatcher::do_what_is_due(Nanos now) {
    const Nanos cpu = clock_now(CLOCK_THREAD_CPUTIME_ID);
    Result<Look> taken = take_look(diagnosis::Outlook::more_looks);
    if (!taken)
        return taken.error();
    const Nanos cost = clock_now(CLOCK_THREAD_CPUTIME_ID) - cpu;
    next_tick_ = now + (suspects() ? std::max(shortest_pause, suspicious_pause_share * cost)
                                   : std::clamp(pause_share * cost, shortest_pause, longest_pause));
    return std::optional(std::move(*taken));
}

Result<facts::Snapshot> ProcfsWatcher::snapshot() {
    const std::vector<facts::Pid> living = tree_.living();
    Result<facts::Snapshot> seen = source_.look({living.begin(), living.end()});
    if (!seen)
        return seen;
    // What they were told to run is remembered for when they are dead.
    for (const auto &[pid, actor] : seen->actors)
        if (const Member &member = tree_.members().at(pid);
            !actor.forked && !actor.argv.empty() && (member.forked || member.argv != actor.argv))
            take(facts::Executed{.at = seen->at, .pid = pid, .comm = actor.comm, .argv = actor.argv});
    for (const auto &[pid, member] : tree_.members())
        if (member.exited)
            seen->actors.emplace(pid, dead_actor(pid, member));
    return seen;
}

} // namespace unwedge::session
