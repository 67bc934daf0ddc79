// SPDX-License-Identifier: GPL-2.0-only
#include "session/sampler.h"

#include "kernel/records.h"
#include "procfs/caught_signals.h"
#include "procfs/live_target.h"
#include "procfs/sched.h"
#include "procfs/wait_decoder.h"
#include "profiles/namer.h"
#include "session/actors.h"
#include "session/cpu_limit.h"
#include "session/host.h"
#include "util/parallel.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

namespace unwedge::session {
namespace {

using namespace std::chrono_literals;

/// Between two passes over the pipes; a longer one proves nothing about them. A census can be ten seconds
/// late.
constexpr Nanos longest_gap = 12s;

facts::Wait wait_of(const kernel::ThreadFacts &thread, procfs::Target &target, Nanos now) {
    if (thread.thread.state == facts::ThreadState::running || thread.thread.state == facts::ThreadState::dead)
        return {.kind = facts::WaitKind::none};
    return procfs::decode_wait({thread.syscall, thread.arguments}, target, now);
}

std::uint64_t turns_of(const facts::Actor &actor) {
    return std::accumulate(actor.threads.begin(), actor.threads.end(), std::uint64_t{},
                           [](std::uint64_t sum, const facts::Thread &thread) { return sum + thread.turns; });
}

/// What it calls itself now (setproctitle rewrites both). Only for its name, so it may fail.
void read_title(const procfs::Proc &proc, facts::Actor &actor) {
    constexpr std::size_t longest_title = 4096;
    if (const Result<std::string> comm = proc.comm(actor.pid))
        actor.comm = *comm;
    if (facts::is_stuck(actor))
        return;
    if (const auto words = proc.argv(actor.pid, longest_title))
        actor.title = profiles::joined(*words);
}

bool could_run(const kernel::ThreadFacts &facts) {
    return facts.thread.state == facts::ThreadState::running;
}

/// As who waits for a signal does, whose handler lets the lock go.
bool waits_for_own_lock(const kernel::ThreadFacts &facts) {
    return facts.thread.wait.lock_memory == "";
}

/// The shorter a look takes, the more it is of one moment. To start a thread costs as much as to read a few
/// processes.
unsigned helpers_for(std::size_t processes) {
    constexpr std::size_t worth_one = 250;
    constexpr std::size_t most = 3;
    return static_cast<unsigned>(std::min(processes / worth_one, most));
}

} // namespace

Sampler::Sampler(kernel::Tracer &tracer, procfs::Proc proc, kernel::Level level,
                 const diagnosis::Policy &policy)
    : tracer_(tracer), level_(level), proc_(std::move(proc)), local_addresses_(local_addresses()),
      cpu_history_(policy.ticks_after(), policy.look_distance), pipes_(policy.stall_after, longest_gap) {}

/// What is read of one process alone, so of several at once.
struct Sampler::Reading {
    std::vector<uw_hold_record> holds;
    std::vector<uw_thread_record> records;
    std::vector<kernel::ThreadFacts> threads;
    facts::Actor actor; ///< without its threads and what it holds
    bool descriptors_hidden = false;
};

Result<Sampler::Reading> Sampler::read(facts::Pid pid, const Member &member, Nanos now) const {
    Reading reading;
    reading.actor = known_actor(pid, member);
    facts::Actor &actor = reading.actor;
    Result<std::vector<uw_hold_record>> holds = tracer_.holds(pid);
    if (!holds)
        return holds.error();
    reading.holds = std::move(*holds);
    Result<std::vector<uw_thread_record>> threads = tracer_.threads(pid);
    if (!threads)
        return threads.error();
    reading.records = std::move(*threads);
    procfs::LiveTarget target(proc_, pid);
    // Asked first: it reads all descriptors at once, and the target remembers them for the waits.
    const Result<void> listed = target.list();
    reading.descriptors_hidden = !listed && procfs::is_refusal(listed.error());
    actor.alarms = kernel::alarms_of(reading.records);
    for (const uw_thread_record &record : reading.records) {
        kernel::ThreadFacts &facts = reading.threads.emplace_back(kernel::thread_facts(record));
        facts.thread.wait = wait_of(facts, target, now);
        if (facts.thread.tid == pid)
            actor.ppid = facts.ppid;
    }
    target.describe(actor);
    if (std::ranges::any_of(reading.threads, could_run))
        actor.cpu_limit = cpu_limit(proc_, pid);
    if (std::ranges::any_of(reading.threads, waits_for_own_lock))
        if (const Result<std::string> status = proc_.read_piece(fmt::format("{}/status", pid)))
            actor.listens_to_signals = procfs::listens_to_signals(*status);
    if (const Result<procfs::Stat> stat = proc_.stat(pid))
        actor.session = std::max(stat->session, 0);
    read_title(proc_, actor);
    actor.started = kernel::start_of(reading.records);
    actor.cpu = kernel::cpu_of_all(reading.records);
    return reading;
}

/// Together with what is known of it, and of the others of this look.
facts::Actor Sampler::actor(Reading reading, Nanos now) {
    facts::Actor actor = std::move(reading.actor);
    for (const uw_hold_record &hold : reading.holds) {
        if (hold.end_id)
            actor.holds.push_back({static_cast<int>(hold.fd), hold.end_id});
        else if (!pipes_left_out_.contains(hold.inode))
            for (const facts::EndId end : pipes_.see(hold))
                actor.holds.push_back({static_cast<int>(hold.fd), end});
    }
    for (kernel::ThreadFacts &facts : reading.threads) {
        tid_by_host_tid_[facts.host_tid] = facts.thread.tid;
        actor.threads.push_back(std::move(facts.thread));
    }
    std::ranges::stable_partition(actor.threads,
                                  [&](const facts::Thread &one) { return one.tid == actor.pid; });
    if (tracer_.turns_counted_since())
        actor.loop_turns = turns_of(actor);
    descriptors_hidden_ += reading.descriptors_hidden ? 1 : 0;
    actor.earlier_cpu = cpu_history_.of(actor.pid, actor.started);
    cpu_history_.add(actor.pid, actor.started, {now, facts::cpu_wanted(actor)});
    return actor;
}

void Sampler::date_back(EarlierStalls &stalls, facts::Snapshot &snapshot) const {
    std::optional<procfs::SleepClock> clock; // it tells well only for a while
    stalls.date_back(snapshot, [&](const facts::Actor &actor) -> std::optional<Nanos> {
        if (!clock)
            clock.emplace(proc_);
        std::optional<Nanos> latest;
        for (const facts::Thread &thread : actor.threads) {
            const Result<procfs::Stat> stat = proc_.stat(actor.pid, thread.tid);
            const auto asleep = stat && thread.state != facts::ThreadState::running
                                    ? clock->asleep(actor.pid, thread.tid, stat->cpu, snapshot.at)
                                    : std::nullopt;
            if (!asleep)
                return std::nullopt;
            latest = std::max(latest.value_or(Nanos::min()), snapshot.at - *asleep);
        }
        return latest;
    });
}

/// From the flight records. Who has none has done nothing, unless others had his room.
Result<void> Sampler::add_doings(facts::Snapshot &snapshot) const {
    if (level_ == kernel::Level::sample)
        return {};
    const Result<std::map<facts::Pid, facts::History>> histories = tracer_.histories();
    if (!histories)
        return histories.error();
    for (auto &[pid, actor] : snapshot.actors) {
        if (actor.exited)
            continue;
        const auto history = histories->find(pid);
        if (history != histories->end())
            actor.doings = facts::doings(history->second, snapshot.at);
        else if (tracer_.histories_evicted() == 0)
            actor.doings.emplace();
    }
    return {};
}

/// Who shares the memory that somebody's lock lies in.
void Sampler::find_shared_memory(facts::Snapshot &snapshot) const {
    const auto lies_in_such = [](const facts::Thread &thread) {
        return !thread.wait.lock_memory.value_or("").empty();
    };
    const auto waits_so = [&](const auto &entry) {
        return std::ranges::any_of(entry.second.threads, lies_in_such);
    };
    if (!std::ranges::any_of(snapshot.actors, waits_so))
        return;
    for (auto &[pid, actor] : snapshot.actors)
        if (!actor.exited && !facts::is_stuck(actor))
            actor.shared_memory = procfs::LiveTarget(proc_, pid).shared_memory();
}

Result<facts::Snapshot> Sampler::look(const Tree &tree) {
    facts::Snapshot snapshot;
    snapshot.at = monotonic_now();
    tid_by_host_tid_.clear();
    descriptors_hidden_ = 0;
    pipes_.begin(snapshot.at);
    for (const auto &[pid, member] : tree.members())
        if (member.exited)
            snapshot.actors[pid] = dead_actor(pid, member);
    const std::vector<facts::Pid> living = tree.living();
    std::vector<Result<Reading>> readings(living.size(), Error{"not read", 0});
    for_each_index(living.size(), helpers_for(living.size()), [&](std::size_t i) {
        readings[i] = read(living[i], tree.members().at(living[i]), snapshot.at);
    });
    for (Result<Reading> &reading : readings) {
        if (!reading)
            return reading.error();
        const facts::Pid pid = reading->actor.pid;
        snapshot.actors[pid] = actor(std::move(*reading), snapshot.at);
    }
    pipes_.end();
    find_shared_memory(snapshot);
    if (const Result<void> done = add_doings(snapshot); !done)
        return done.error();
    const Result<std::vector<uw_end_record>> records = tracer_.ends(living);
    if (!records)
        return records.error();
    const kernel::Counted counted{.receives =
                                      level_ != kernel::Level::sample && tracer_.receives_counted_since(),
                                  .sends = tracer_.counts_sends(),
                                  .from_the_start = !earlier_};
    std::vector<facts::Socket> sockets = kernel::sockets_of(*records, counted);
    if (earlier_)
        earlier_->sockets.complete(sockets, living, snapshot.at);
    facts::Channels channels = facts::connect(std::move(sockets), local_addresses_);
    const Result<std::vector<uw_delay_record>> delays = tracer_.delays(living);
    if (!delays)
        return delays.error();
    kernel::add_delays(*delays, channels.ends);
    for (auto &[id, end] : channels.ends) {
        auto reader = tid_by_host_tid_.find(end.last_reader.value_or(0));
        end.last_reader = reader == tid_by_host_tid_.end() ? std::nullopt : std::optional(reader->second);
    }
    snapshot.ends = std::move(channels.ends);
    for (facts::End &end : pipes_.ends())
        snapshot.ends.emplace(end.id, std::move(end));
    snapshot.listeners = std::move(channels.listeners);
    snapshot.receives_counted_since = tracer_.receives_counted_since();
    if (earlier_) {
        snapshot.provenance.queues = "sweep, sock_diag";
        date_back(earlier_->stalls, snapshot);
    }
    if (descriptors_hidden_ > 0)
        snapshot.hidden.push_back(fmt::format(
            "the epoll sets and timeouts of {} of {} processes: run unwedge as root, as their user, or "
            "with CAP_SYS_PTRACE",
            descriptors_hidden_, snapshot.actors.size()));
    return snapshot;
}

Result<Census> Sampler::census(const Tree &tree, std::optional<facts::Pid> root) {
    const Nanos now = monotonic_now();
    const std::vector<facts::Pid> living = tree.living();
    cpu_history_.keep_only({living.begin(), living.end()});
    pipes_.begin(now);
    Census census;
    for (facts::Pid pid : living) {
        Result<std::vector<uw_hold_record>> holds = tracer_.holds(pid);
        if (!holds)
            return holds.error();
        for (const uw_hold_record &hold : *holds)
            if (hold.pipe && !pipes_left_out_.contains(hold.inode))
                pipes_.see(hold);
        Result<std::vector<uw_thread_record>> threads = tracer_.threads(pid);
        if (!threads)
            return threads.error();
        cpu_history_.add(pid, kernel::start_of(*threads), {now, kernel::cpu_wanted_by_all(*threads)});
        if (pid == root) {
            census.root_switches = kernel::switches_of_all(*threads);
            census.root_cpu = kernel::cpu_wanted_by_all(*threads);
        }
        auto is_stopped = [](const uw_thread_record &thread) { return thread.stops != 0; };
        census.any_stopped =
            census.any_stopped || (!threads->empty() && std::ranges::all_of(*threads, is_stopped));
    }
    pipes_.end();
    census.pipe_unread = pipes_.any_unread();
    census.pipe_stalled = pipes_.any_stalled();
    return census;
}

} // namespace unwedge::session
