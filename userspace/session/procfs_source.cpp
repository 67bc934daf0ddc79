// SPDX-License-Identifier: GPL-2.0-only
#include "session/procfs_source.h"

#include "facts/actor_name.h"
#include "procfs/link.h"
#include "procfs/pipe.h"
#include "procfs/thread_facts.h"
#include "procfs/ticks.h"
#include "profiles/namer.h"
#include "session/actors.h"
#include "session/host.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace unwedge::session {

struct ProcfsSource::Look {
    struct Descriptor {
        facts::Pid pid = 0;
        int fd = -1;
        std::uint64_t inode = 0;
    };

    Nanos now{};
    facts::Snapshot snapshot;
    std::vector<Descriptor> sockets;
    std::vector<PipeSide> pipes;
    std::map<std::uint64_t, facts::Pid> netns; ///< inode → one process in it
    std::map<facts::EndId, std::vector<facts::Pid>> holders;
    std::map<facts::EndId, std::uint64_t> positions;
    std::size_t syscalls_hidden = 0; ///< processes
    std::size_t descriptors_hidden = 0;
    std::size_t pipes_hidden = 0;

    void hold(facts::Pid pid, int fd, facts::EndId end) {
        snapshot.actors.at(pid).holds.push_back({fd, end});
        holders[end].push_back(pid);
    }
    const std::vector<facts::Pid> &holders_of(facts::EndId end) const {
        static const std::vector<facts::Pid> none;
        const auto found = holders.find(end);
        return found == holders.end() ? none : found->second;
    }
    void hide(std::string what) {
        if (std::ranges::find(snapshot.hidden, what) == snapshot.hidden.end())
            snapshot.hidden.push_back(std::move(what));
    }
    void tell_hidden();
};

void ProcfsSource::Look::tell_hidden() {
    constexpr std::string_view remedy = "run unwedge as root, or as their user";
    // Yama shows a user more of what it started itself.
    constexpr std::string_view ancestry =
        "where kernel.yama.ptrace_scope is 1 only of what `unwedge run` starts";
    if (syscalls_hidden > 0)
        hide(fmt::format("what {} of {} processes wait in, but for its family: {}, {}", syscalls_hidden,
                         snapshot.actors.size(), remedy, ancestry));
    if (descriptors_hidden > 0)
        hide(fmt::format("the descriptors of {} of {} processes: {}", descriptors_hidden,
                         snapshot.actors.size(), remedy));
    if (pipes_hidden > 0)
        hide(fmt::format("how many bytes wait in {} pipes: {}, {}", pipes_hidden, remedy, ancestry));
}

ProcfsSource::ProcfsSource(procfs::Proc proc, const diagnosis::Policy &policy, Nanos longest_gap)
    : proc_(std::move(proc)), sleep_clock_(proc_), local_addresses_(local_addresses()), tables_(proc_),
      cpu_history_(policy.busy_after, policy.look_distance), standstill_(policy.stall_after, longest_gap) {}

/// Since when nobody of it has run; nullopt where that is not known.
std::optional<Nanos> ProcfsSource::Activity::idle_since() const {
    std::optional<Nanos> latest;
    for (const auto &[tid, turn] : threads) {
        if (!turn.asleep_since)
            return std::nullopt;
        latest = std::max(latest.value_or(*turn.asleep_since), *turn.asleep_since);
    }
    return latest;
}

/// A thread that has not come onto a CPU since it was seen off it still sleeps.
std::optional<Nanos> ProcfsSource::asleep_since(const facts::Actor &actor, const procfs::ThreadSight &sight,
                                                Nanos now) const {
    if (sight.thread.state == facts::ThreadState::running)
        return std::nullopt;
    const facts::Pid tid = sight.thread.tid;
    if (first_look_) {
        const std::optional<Nanos> asleep = sleep_clock_.asleep(actor.pid, tid, sight.cpu, now);
        return now - asleep.value_or(Nanos{});
    }
    const auto before = activities_.find(actor.pid);
    if (!sight.counted || before == activities_.end() || before->second.started != actor.started)
        return now;
    const auto then = before->second.threads.find(tid);
    const bool same = then != before->second.threads.end() && then->second.turns == sight.thread.switches;
    return same ? then->second.asleep_since.value_or(now) : now;
}

void ProcfsSource::add_threads(facts::Actor &actor, const procfs::Stat &stat, procfs::LiveTarget &target,
                               Look &look) {
    // Of most processes the only thread is the process.
    const bool is_one = stat.num_threads == 1;
    const Result<std::vector<facts::Pid>> tids = is_one ? std::vector{actor.pid} : proc_.threads(actor.pid);
    Activity activity{.started = actor.started};
    bool hidden = false;
    for (const facts::Pid tid : tids ? *tids : std::vector<facts::Pid>()) {
        Result<procfs::ThreadSight> sight =
            is_one ? procfs::read_thread(proc_, actor.pid, tid, stat, target, look.now)
                   : procfs::read_thread(proc_, actor.pid, tid, target, look.now);
        if (!sight)
            continue; // it has ended
        facts::Thread &thread = sight->thread;
        hidden = hidden || sight->syscall_hidden;
        activity.known = activity.known && sight->counted;
        const std::optional<Nanos> since = asleep_since(actor, *sight, look.now);
        if (since)
            thread.asleep = thread.idle = look.now - *since;
        activity.threads[tid] = {thread.switches, since};
        actor.threads.push_back(std::move(thread));
    }
    look.syscalls_hidden += hidden ? 1 : 0;
    note_activity(actor, std::move(activity));
}

void ProcfsSource::note_activity(const facts::Actor &actor, Activity activity) {
    const auto before = activities_.find(actor.pid);
    const auto did_not_run = [](const auto &one, const auto &other) {
        return one.first == other.first && one.second.turns == other.second.turns &&
               other.second.asleep_since;
    };
    activity.slept = activity.known && before != activities_.end() && before->second.known &&
                     before->second.started == activity.started &&
                     std::ranges::equal(activity.threads, before->second.threads, did_not_run);
    activities_[actor.pid] = std::move(activity);
}

void ProcfsSource::add_holds(const facts::Actor &actor, procfs::LiveTarget &target, Look &look) {
    bool has_socket = false;
    for (const auto &[fd, link] : target.descriptors()) {
        if (!link)
            continue;
        if (const auto socket = procfs::inode_of(*link, "socket")) {
            look.sockets.push_back({actor.pid, fd, *socket});
            has_socket = true;
        } else if (const auto pipe = procfs::inode_of(*link, "pipe")) {
            const Result<procfs::Proc::Access> access = proc_.fd_access(actor.pid, fd);
            if (access && access->reading)
                look.pipes.push_back({*pipe, actor.pid, fd, false});
            if (access && access->writing)
                look.pipes.push_back({*pipe, actor.pid, fd, true});
        }
    }
    if (const auto netns = has_socket ? netns_of(proc_, actor.pid) : std::nullopt)
        look.netns.emplace(*netns, actor.pid);
}

std::optional<facts::Actor> ProcfsSource::actor(facts::Pid pid, Look &look) {
    procfs::LiveTarget target(proc_, pid);
    const Result<void> listed = target.list();
    const Result<procfs::Stat> stat = proc_.stat(pid);
    if (!stat || stat->state == 'Z' || stat->state == 'X' || stat->kernel_thread)
        return std::nullopt;
    facts::Actor actor;
    actor.pid = pid;
    actor.ppid = stat->ppid;
    actor.session = std::max(stat->session, 0);
    actor.comm = stat->comm;
    actor.forked = stat->forked;
    actor.started = procfs::started(*stat);
    actor.cpu = procfs::of_ticks(stat->utime + stat->stime + stat->cutime + stat->cstime);
    if (!listed && procfs::is_refusal(listed.error()))
        ++look.descriptors_hidden;
    add_threads(actor, *stat, target, look);
    target.describe(actor);
    if (actor.threads.empty())
        return std::nullopt;
    if (!facts::is_stuck(actor))
        if (Result<std::vector<std::string>> argv = proc_.argv(pid, longest_command_line))
            actor.argv = *std::move(argv);
    actor.title = profiles::joined(actor.argv);
    actor.name = facts::actor_name(actor.argv, actor.comm);
    actor.earlier_cpu = cpu_history_.of(pid, actor.started);
    cpu_history_.add(pid, actor.started, {look.now, facts::cpu_wanted(actor)});
    add_holds(actor, target, look);
    return actor;
}

facts::EndId ProcfsSource::id_of(const Key &key, Nanos now) {
    const auto [given, is_new] = ids_.try_emplace(key, GivenId{next_id_, now});
    if (is_new)
        ++next_id_;
    given->second.seen = now;
    return given->second.id;
}

void ProcfsSource::add_sockets(Look &look) {
    std::vector<DiagSocket> all;
    tables_.keep_only(look.netns);
    for (const auto &[netns, pid] : look.netns) {
        const GiveId give_id = [&, space = netns](std::uint64_t cookie) {
            return id_of({space, cookie}, look.now);
        };
        const auto take = [&](Result<std::vector<DiagSocket>> told) {
            if (told)
                std::ranges::move(*told, std::back_inserter(all));
            else
                look.hide(told.error().message);
        };
        take(tables_.tcp({netns, pid}, look.now, give_id));
        take(tables_.of_unix({netns, pid}, give_id));
    }
    std::unordered_map<std::uint64_t, facts::EndId> by_inode;
    for (const DiagSocket &one : all)
        if (one.socket.end.inode)
            by_inode.emplace(one.socket.end.inode, one.socket.end.id);
    for (const Look::Descriptor &one : look.sockets)
        if (const auto end = by_inode.find(one.inode); end != by_inode.end())
            look.hold(one.pid, one.fd, end->second);

    std::vector<facts::Socket> sockets;
    for (DiagSocket &one : all) {
        const facts::End &end = one.socket.end;
        // What is nobody's here is outside, but for what waits to be accepted by somebody.
        if (!look.holders.contains(end.id) && !one.socket.waits_for_accept)
            continue;
        if (one.position)
            look.positions[end.id] = *one.position;
        sockets.push_back(std::move(one.socket));
    }
    facts::Channels channels = facts::connect(std::move(sockets), local_addresses_);
    look.snapshot.ends = std::move(channels.ends);
    look.snapshot.listeners = std::move(channels.listeners);
    // Of those that wait to be accepted, too, only what concerns these processes.
    std::erase_if(look.snapshot.ends, [&](const auto &entry) {
        const facts::End &end = entry.second;
        return !look.holders.contains(end.id) && !look.holders.contains(end.peer) &&
               !look.holders.contains(end.pending_on);
    });
}

void ProcfsSource::add_pipes(Look &look) {
    std::map<std::uint64_t, std::vector<const PipeSide *>> by_inode;
    for (const PipeSide &side : look.pipes)
        by_inode[side.inode].push_back(&side);
    for (const auto &[inode, sides] : by_inode) {
        const auto is_other = [&](const PipeSide *side) { return side->pid != sides.front()->pid; };
        const auto writes = [](const PipeSide *side) { return side->writes; };
        // Not one with which a loop wakes itself, nor one whose other side is outside.
        if (std::ranges::none_of(sides, is_other) || std::ranges::none_of(sides, writes) ||
            std::ranges::all_of(sides, writes))
            continue;
        facts::End read{.id = id_of({0, 2 * inode}, look.now),
                        .peer = id_of({0, 2 * inode + 1}, look.now),
                        .kind = facts::ChannelKind::pipe};
        read.inode = inode;
        read.unsent = 0;
        facts::End write = read;
        std::swap(write.id, write.peer);
        write.unread = 0;
        const Result<std::uint64_t> unread =
            procfs::pipe_unread(sides.front()->pid, sides.front()->fd, inode);
        if (unread)
            read.unread = *unread;
        else if (procfs::is_refusal(unread.error()))
            ++look.pipes_hidden;
        write.unsent = read.unread;
        for (const PipeSide *side : sides)
            look.hold(side->pid, side->fd, side->writes ? write.id : read.id);
        look.snapshot.ends.emplace(read.id, std::move(read));
        look.snapshot.ends.emplace(write.id, std::move(write));
    }
}

bool ProcfsSource::all_slept(const std::vector<facts::Pid> &pids) const {
    return !pids.empty() &&
           std::ranges::all_of(pids, [this](facts::Pid pid) { return activities_.at(pid).slept; });
}

void ProcfsSource::add_standstill(Look &look) {
    standstill_.begin(look.now);
    for (auto &[id, end] : look.snapshot.ends) {
        const std::vector<facts::Pid> &readers = look.holders_of(id);
        if (readers.empty() || !end.unread)
            continue;
        const std::vector<facts::Pid> &writers = look.holders_of(end.peer);
        QueueSight sight{.end = id, .unread = *end.unread};
        if (const auto position = look.positions.find(id); position != look.positions.end())
            sight.position = position->second;
        sight.readers_slept = all_slept(readers);
        // Whoever knows a datagram socket's name can send to it, and its length is its first message's.
        sight.writers_slept = end.kind != facts::ChannelKind::unix_dgram && all_slept(writers);
        const QueueState state = standstill_.see(sight);
        end.unread_since = state.unread_since;
        end.last_receive = state.last_receive;
        end.longest_wait = state.longest_wait;
        if (!end.last_arrival)
            end.last_arrival = state.last_arrival;
    }
    earlier_stalls_.date_back(
        look.snapshot, [this](const facts::Actor &actor) { return activities_.at(actor.pid).idle_since(); });
    std::map<facts::EndId, std::set<facts::EndId>> queued;
    for (const auto &[id, end] : look.snapshot.ends)
        if (end.pending_on)
            queued[end.pending_on].insert(id);
    for (facts::Listener &listener : look.snapshot.listeners) {
        const std::set<facts::EndId> &before = queued_[listener.id];
        QueueSight sight{.end = listener.id, .unread = listener.queued};
        // Who waited before still waits: none was accepted.
        sight.readers_slept = std::ranges::includes(queued[listener.id], before);
        listener.queued_since = standstill_.see(sight).unread_since;
    }
    standstill_.end();
    queued_ = std::move(queued);
    for (auto &[id, end] : look.snapshot.ends)
        if (end.peer_closed)
            end.closed_since = closed_since_.try_emplace(id, look.now).first->second;
}

void ProcfsSource::forget(const Look &look) {
    std::erase_if(ids_, [&](const auto &entry) { return entry.second.seen != look.now; });
    std::erase_if(closed_since_,
                  [&](const auto &entry) { return !look.snapshot.ends.contains(entry.first); });
    std::erase_if(activities_,
                  [&](const auto &entry) { return !look.snapshot.actors.contains(entry.first); });
    std::set<facts::Pid> living;
    for (const auto &[pid, actor] : look.snapshot.actors)
        living.insert(pid);
    cpu_history_.keep_only(living);
}

Result<facts::Snapshot> ProcfsSource::look(const std::set<facts::Pid> &pids) {
    Look look;
    look.now = look.snapshot.at = monotonic_now();
    look.snapshot.provenance = {.queues = "sock_diag", .pipes = "FIONREAD", .threads = "/proc"};
    for (const facts::Pid pid : pids)
        if (std::optional<facts::Actor> found = actor(pid, look))
            look.snapshot.actors.emplace(pid, std::move(*found));
    std::erase_if(look.sockets,
                  [&](const Look::Descriptor &one) { return !look.snapshot.actors.contains(one.pid); });
    add_sockets(look);
    add_pipes(look);
    add_standstill(look);
    look.tell_hidden();
    forget(look);
    first_look_ = false;
    return std::move(look.snapshot);
}

} // namespace unwedge::session
