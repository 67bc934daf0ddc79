// SPDX-License-Identifier: GPL-2.0-only
#include "session/bpf_watcher.h"

#include "procfs/family.h"
#include "session/actors.h"
#include "session/pace.h"

#include <spdlog/spdlog.h>

#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace unwedge::session {
namespace {

using namespace std::chrono_literals;

constexpr Nanos look_interval = 450ms;
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

CensusPace pace_after(const Census &census, bool hooks_meet_sockets) {
    if (census.pipe_unread)
        return census_pace_with_unread_pipes;
    return hooks_meet_sockets ? census_pace : census_pace_that_meets_sockets;
}

} // namespace

BpfWatcher::BpfWatcher(kernel::Tracer tracer, procfs::Proc proc, const WatchSettings &settings,
                       profiles::Profiles profiles, std::map<std::string, std::string> hooks)
    : Watcher(settings.policy, std::move(profiles)), settings_(settings), tracer_(std::move(tracer)),
      sampler_(tracer_, std::move(proc), settings.level, settings.policy), hooks_(std::move(hooks)) {}

Result<void> BpfWatcher::adopt(const Fd &pidfd, facts::Pid) {
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
    tracer_.drain_events([this](const facts::Event &event) { tree_.apply(event); });
}

/// Those of whose birth, or of whose program, nothing was told. True: there are some.
bool BpfWatcher::enter_the_untold(const procfs::ProcessTable &table) {
    bool entered = false;
    for (const auto &[pid, stat] : table) {
        const auto member = tree_.members().find(pid);
        const bool is_known = member != tree_.members().end() && !member->second.exited &&
                              (!member->second.forked || stat.forked);
        const Fd pidfd(is_known ? -1 : static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
        if (!pidfd || !tracer_.is_actor(pidfd))
            continue;
        plant_running(tree_, pid, stat, sampler_.proc());
        entered = true;
    }
    return entered;
}

/// Those of whose end nothing was told. True: there are some. A process may go on when its first thread has
/// ended.
bool BpfWatcher::bury_the_gone() {
    bool buried = false;
    for (const facts::Pid pid : tree_.living()) {
        const Result<procfs::Stat> stat = sampler_.proc().stat(pid);
        const bool is_zombie = stat && (stat->state == 'Z' || stat->state == 'X') && stat->num_threads <= 1;
        if (stat ? !is_zombie : stat.error().code != ENOENT && stat.error().code != ESRCH)
            continue;
        tree_.apply(facts::Exited{.at = monotonic_now(), .pid = pid, .status = std::nullopt});
        buried = true;
    }
    return buried;
}

/// Lost events leave the tree other than it is: once no more is being lost, each process of the host is asked
/// whether it is an actor, until that tells nothing new. Who was on its way out may have been taken for
/// alive.
void BpfWatcher::make_up_for_losses(Nanos now) {
    if (sampler_.note_losses(now)) {
        tree_is_doubtful_ = true;
        return;
    }
    if (!tree_is_doubtful_)
        return;
    const bool buried = bury_the_gone();
    const Result<procfs::ProcessTable> table = procfs::read_processes(sampler_.proc());
    const bool entered = table && enter_the_untold(*table);
    tree_is_doubtful_ = buried || entered;
}

Result<void> BpfWatcher::take_census(Nanos now) {
    if (now < next_census_)
        return {};
    Result<Census> taken = sampler_.census(tree_);
    if (!taken)
        return taken.error();
    census_ = *taken;
    const Nanos cost = monotonic_now() - now;
    const CensusPace pace = pace_after(census_, tracer_.meets_sockets());
    next_census_ = now + std::clamp(cost * pace.share, pace.shortest, longest_census_interval);
    return {};
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

bool BpfWatcher::look_is_due(Nanos now) const {
    if (last_look_ && now - *last_look_ < look_interval)
        return false;
    return totals_.stalled > 0 || totals_.hung_up > 0 || census_.any_stopped || census_.pipe_stalled ||
           suspects();
}

Result<std::optional<Look>> BpfWatcher::tick(Nanos now) {
    if (now < next_tick_)
        return std::optional<Look>();
    make_up_for_losses(now);
    if (Result<void> done = take_census(now); !done)
        return done.error();
    const Nanos begin = monotonic_now();
    Result<kernel::SweepTotals> totals = tracer_.sweep(begin);
    if (!totals)
        return totals.error();
    totals_ = *totals;
    const Nanos cost = monotonic_now() - begin;
    next_tick_ = begin + pause_after(totals_, cost, settings_.every, settings_.policy.stall_after);
    if (Result<void> done = adapt_hooks(begin); !done)
        return done.error();
    if (!look_is_due(begin)) {
        rest(begin);
        return std::optional<Look>();
    }
    Result<Look> taken = look(diagnosis::Outlook::more_looks);
    if (!taken)
        return taken.error();
    if (Result<void> done = adapt_hooks(begin); !done)
        return done.error();
    return std::optional(std::move(*taken));
}

Result<facts::Snapshot> BpfWatcher::snapshot() {
    return sampler_.look(tree_);
}

} // namespace unwedge::session
