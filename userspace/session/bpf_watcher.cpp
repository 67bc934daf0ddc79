// SPDX-License-Identifier: GPL-2.0-only
#include "session/bpf_watcher.h"

#include "procfs/family.h"
#include "session/actors.h"
#include "session/pace.h"
#include "session/recount.h"

#include <spdlog/spdlog.h>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>

namespace unwedge::session {
namespace {

using namespace std::chrono_literals;

/// Between the begins of two looks; and never so close that they take more than a quarter of a CPU.
constexpr Nanos look_interval = 450ms;
constexpr int look_share = 4;
constexpr Nanos calm_again_after = 10s;
/// How often a census comes: never sooner than `shortest`, and so that it uses one `share`th of a CPU at
/// most.
struct CensusPace {
    Nanos shortest;
    int share;
};
constexpr CensusPace census_pace{600ms, 1000};
/// Where a census is what finds UNIX sockets.
constexpr CensusPace census_pace_that_meets_sockets{400ms, 100};
/// No sweep sees whether a pipe is read.
constexpr CensusPace census_pace_with_unread_pipes{200ms, 100};
constexpr Nanos longest_census_interval = 10s;
/// Between two counts of a tree of which events were lost: a fiftieth of a CPU at most.
constexpr int count_share = 50;
constexpr Nanos shortest_count_pause = 100ms;
constexpr Nanos longest_count_pause = 10s;

CensusPace pace_after(const Census &census, bool hooks_meet_sockets) {
    if (census.pipe_unread)
        return census_pace_with_unread_pipes;
    return hooks_meet_sockets ? census_pace : census_pace_that_meets_sockets;
}

} // namespace

BpfWatcher::BpfWatcher(kernel::Tracer tracer, procfs::Proc proc, const WatchSettings &settings,
                       profiles::Profiles profiles, std::map<std::string, std::string> hooks)
    : Watcher(settings.policy, std::move(profiles)), settings_(settings), tracer_(std::move(tracer)),
      sampler_(tracer_, std::move(proc), settings.level, settings.policy), hooks_(std::move(hooks)),
      quiet_(settings.policy.stall_after), idle_(settings.policy.ticks_after()) {}

Result<void> BpfWatcher::follow(const Fd &pidfd, facts::Pid) {
    sampler_.leave_out(inherited_);
    root_pidfd_ = Fd(::fcntl(pidfd.get(), F_DUPFD_CLOEXEC, 0));
    if (!root_pidfd_)
        return errno_error("keeping the command's pidfd", errno);
    return tracer_.adopt(pidfd);
}

/// Whoever is not yet an actor may fork another who is none, so the tree is gone through until nobody new is
/// met. Those who are follow by themselves.
Result<void> BpfWatcher::attach(const std::vector<facts::Pid> &roots) {
    constexpr int most_rounds = 100;
    procfs::Family family({::getpid()});
    bool met_new = true;
    for (int round = 0; met_new && round < most_rounds; ++round) {
        const Result<procfs::ProcessTable> table = procfs::read_processes(sampler_.proc());
        if (!table)
            return table.error();
        if (round == 0)
            add_processes(roots, *table, family);
        met_new = family.grow(*table) > 0;
        for (const facts::Pid pid : family.living(*table)) {
            const Result<std::size_t> adopted = tracer_.adopt_running(pid);
            if (!adopted)
                return adopted.error();
            met_new = met_new || *adopted > 0;
            if (*adopted > 0 && !tree_.members().contains(pid))
                plant_running(tree_, pid, table->at(pid), sampler_.proc());
        }
    }
    sampler_.joined_late();
    return {};
}

bool BpfWatcher::is_actor(const Fd &pidfd, facts::Pid) const {
    return tracer_.is_actor(pidfd);
}

Means BpfWatcher::means() const {
    return {"bpf", std::string(name(settings_.level)), hooks_};
}

void BpfWatcher::drain_events() {
    tracer_.drain_events({[this](const facts::Event &event) { take(event); },
                          [this](const facts::Call &call) { take(call); }});
}

/// True: it was not as it was taken to be.
Result<bool> BpfWatcher::count_tree() {
    bool adopted = false;
    if (actors_are_missed_) {
        const Result<bool> found = adopt_the_missed(tree_, tracer_, sampler_.proc(), others_);
        if (!found)
            return found;
        adopted = *found;
        actors_are_missed_ = false; // if there is still no memory, that is counted again
    }
    const Result<Recount> count = Recount::take(tree_, tracer_, sampler_.proc());
    if (!count)
        return count.error();
    drain_events();
    return count->amend(tree_, sampler_.proc()) || adopted;
}

/// Lost events leave the tree other than it is. True: there are new ones.
bool BpfWatcher::see_losses(Nanos now) {
    note_losses(now);
    const auto of = [this](const char *kind) {
        const auto loss = losses_.all().find(kind);
        return loss == losses_.all().end() ? 0 : loss->second;
    };
    const TreeLosses losses{of("events"), of("actors")};
    const bool more = losses != tree_losses_;
    actors_are_missed_ = actors_are_missed_ || losses.actors > tree_losses_.actors;
    tree_losses_ = losses;
    tree_is_doubtful_ = tree_is_doubtful_ || more;
    return more;
}

/// Each process of the host is asked whether it is an actor, until nothing more is lost and that tells
/// nothing new. Who was on its way out may have been taken for alive.
Result<void> BpfWatcher::make_up_for_losses(Nanos now) {
    const bool more = see_losses(now);
    if (!tree_is_doubtful_)
        return {};
    losses_.still_doubtful(now);
    if (now < next_count_)
        return {};
    const Nanos begin = monotonic_now();
    const Result<bool> amended = count_tree();
    const Nanos end = monotonic_now();
    next_count_ = end + std::clamp((end - begin) * count_share, shortest_count_pause, longest_count_pause);
    if (!amended) // if /proc can't be read at all, it stays doubtful
        return is_shortage(amended.error()) ? Result<void>(amended.error()) : Result<void>();
    tree_is_doubtful_ = more || *amended;
    if (!tree_is_doubtful_)
        spdlog::info("what was lost of the tree is made up for: it has {} members", tree_.living().size());
    return {};
}

void BpfWatcher::count_anew() {
    drain_events();
    see_losses(monotonic_now());
    if (tree_is_doubtful_)
        if (const Result<bool> amended = count_tree(); !amended && is_shortage(amended.error()))
            note_failed_look(monotonic_now());
}

Result<void> BpfWatcher::take_census(Nanos now) {
    if (now < next_census_)
        return {};
    Result<Census> taken = sampler_.census(tree_, root_);
    if (!taken)
        return taken.error();
    census_ = *taken;
    const Nanos cost = monotonic_now() - now;
    const CensusPace pace = pace_after(census_, tracer_.meets_sockets());
    next_census_ = now + std::clamp(cost * pace.share, pace.shortest, longest_census_interval);
    see_whether_it_moves(now);
    return {};
}

/// Whether the command runs, and whether it does more than tick: whether it used its CPU, or, by its flight
/// records, said or heard anything.
void BpfWatcher::see_whether_it_moves(Nanos now) {
    if (!census_.root_switches || !census_.root_cpu)
        return;
    quiet_.saw(*census_.root_switches, now);
    const facts::CpuReading reading{now, *census_.root_cpu};
    const Nanos window = reading.at - root_cpu_.at;
    if (seconds(reading.wanted - root_cpu_.wanted) >= settings_.policy.busy_share * seconds(window))
        ++root_busy_;
    root_cpu_ = reading;
    if (now < next_history_)
        return;
    const Nanos begin = monotonic_now();
    // What it did last may have made room for heartbeats since.
    if (const std::optional<facts::History> history = tracer_.history(root_pidfd_))
        last_deed_ = std::max(last_deed_, facts::doings(*history, now).deed);
    next_history_ = now + (monotonic_now() - begin) * census_pace.share;
    idle_.saw(root_busy_ + last_deed_, now);
}

/// What is paid for only while something is suspected: at level sample receives, which tell a standstill from
/// a slow consumer; at the others turns of loops. It stays for a while, because a hook's end costs the kernel
/// more than its begin.
Result<void> BpfWatcher::adapt_hooks(Nanos now) {
    if (totals_.aging > 0 || suspects())
        last_suspicion_ = now;
    const bool closer = last_suspicion_ && now - *last_suspicion_ <= calm_again_after;
    if (settings_.level == kernel::Level::sample)
        return tracer_.count_receives(closer);
    if (Result<void> done = tracer_.count_turns(closer); !done)
        spdlog::warn("turns of loops are not counted: {}", done.error().message);
    return {};
}

bool BpfWatcher::shows_something() const {
    return totals_.stalled > 0 || totals_.hung_up > 0 || census_.any_stopped || census_.pipe_stalled ||
           suspects();
}

Result<std::optional<Look>> BpfWatcher::do_what_is_due(Nanos now) {
    if (Result<void> done = make_up_for_losses(now); !done)
        return done.error();
    if (Result<void> done = take_census(now); !done)
        return done.error();
    const std::vector<facts::Pid> living = tree_.living();
    const Nanos begin = monotonic_now();
    Result<kernel::SweepTotals> totals = tracer_.sweep(begin, living);
    if (!totals)
        return totals.error();
    totals_ = *totals;
    tell(begin, living.size(), totals_);
    const Nanos cost = monotonic_now() - begin;
    next_tick_ = begin + pause_after(totals_, cost, settings_.every, settings_.policy.stall_after);
    if (Result<void> done = adapt_hooks(begin); !done)
        return done.error();
    const Cause cause = shows_something() ? Cause::reason : Cause::quiet;
    const auto is_due = [&](const Quiet *one) { return one->is_due(begin); };
    const std::array quiets{&quiet_, &idle_};
    if (begin < next_look_ || (cause == Cause::quiet && std::ranges::none_of(quiets, is_due))) {
        rest(begin);
        return std::optional<Look>();
    }
    const Nanos cpu = clock_now(CLOCK_THREAD_CPUTIME_ID);
    Result<Look> taken = take_look(diagnosis::Outlook::more_looks, cause);
    if (!taken)
        return taken.error();
    const Nanos look_cost = clock_now(CLOCK_THREAD_CPUTIME_ID) - cpu;
    next_look_ = taken->snapshot.at + std::max(look_interval, look_share * look_cost);
    for (Quiet *one : quiets)
        if (one->is_due(begin))
            one->looked(begin, look_cost);
    if (Result<void> done = adapt_hooks(begin); !done)
        return done.error();
    return std::optional(std::move(*taken));
}

Result<std::map<facts::Pid, facts::History>> BpfWatcher::histories() const {
    return tracer_.histories();
}

std::uint64_t BpfWatcher::histories_evicted() const {
    return tracer_.histories_evicted();
}

Result<facts::Snapshot> BpfWatcher::snapshot() {
    return sampler_.look(tree_);
}

} // namespace unwedge::session
