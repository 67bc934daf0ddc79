// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "abi.h"
#include "facts/call.h"
#include "facts/event.h"
#include "facts/history.h"
#include "facts/model.h"
#include "kernel/hook_plan.h"
#include "util/clock.h"
#include "util/fd.h"
#include "util/result.h"

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace unwedge::kernel {

/// How much is observed (docs/design.md §3).
enum class Level {
    sample, ///< no hook on a message path, except on receive while something is suspected
    trace,  ///< receives and sends are counted, and what each actor did last is kept
    full    ///< with the exact times of both, and of arrivals
};

std::string_view name(Level level);

struct Settings {
    Level level = Level::trace;
    Nanos stall_after{};
    Nanos sweep_gap{};            ///< two sweeps farther apart than this prove nothing about the time between
    std::uint32_t flights = 1024; ///< actors whose last doings are kept; at most 65,536
    std::uint32_t flight_records = 256; ///< so many of each, 16 bytes each: a power of two, at most 65,536
    /// Bytes of the ring buffer, rounded up to a page times a power of two; at most 1 GiB. The default has
    /// room for a thousand execs, should user space not get a CPU for a while.
    std::uint32_t ring_size = 1U << 20;
    facts::CallsWanted calls; ///< told beside the tree's life
};

/// Takes what the programs tell, in order.
struct Listeners {
    std::function<void(const facts::Event &)> event;
    std::function<void(const facts::Call &)> call; ///< may be empty where none are wanted
};

/// Bytes of the kernel's memory that one actor's last doings take.
std::size_t flight_size(std::uint32_t records);

/// What one sweep saw.
struct SweepTotals {
    std::uint64_t ends = 0;
    std::uint64_t unread = 0;  ///< of these, with unread bytes
    std::uint64_t stalled = 0; ///< of these, stalled
    std::uint64_t aging = 0;   ///< UNIX ends unread for half of stall_after and more
    std::uint64_t hung_up = 0; ///< ends whose other side closed stall_after ago, and not yet twice that
};

/// The programs in the kernel, loaded and attached; all of it goes when this object, or the process, does:
/// nothing is pinned. Needs CAP_BPF and CAP_PERFMON.
class Tracer {
  public:
    static Result<Tracer> start(const HookPlan &plan, const Settings &settings);
    Tracer(Tracer &&) noexcept;
    Tracer &operator=(Tracer &&) noexcept;
    ~Tracer();

    /// Makes the process of `pidfd`, which must have one thread, the first actor; its descendants follow.
    Result<void> adopt(const Fd &pidfd);

    /// Makes all threads of a process that runs already actors; what they fork follows. Returns how many were
    /// none before: a thread that is made meanwhile can be missed, so ask again until there are none.
    Result<std::size_t> adopt_running(facts::Pid pid);

    /// Is the process of `pidfd` one of the tree?
    bool is_actor(const Fd &pidfd) const;

    /// Readable when events wait; for epoll.
    int events_fd() const;
    /// Hands out the events that wait, in order.
    void drain_events(const Listeners &listeners);
    /// How the actors wrote what they wrote, be they alive or not; empty unless that is wanted.
    std::vector<facts::Writing> writings() const;
    /// Lines of which that is not known: there was no memory, or they were written by 32-bit code.
    std::uint64_t writes_missed() const;
    /// Calls on sockets that actors made by 32-bit code, and that were not understood.
    std::uint64_t calls_of_others() const;

    /// Looks at every tracked socket once, as of `now` (CLOCK_MONOTONIC); stalls become events. Where the
    /// plan does not sweep the map, those are the sockets that `actors` have descriptors of, and their UNIX
    /// peers; so it is for ends() and delays().
    Result<SweepTotals> sweep(Nanos now, const std::vector<facts::Pid> &actors);

    /// Attaches or detaches the receive hook, which level sample has only while something is suspected. Where
    /// the plan has no such hook nothing happens.
    Result<void> count_receives(bool on);
    /// Since when it has been attached without a break; nullopt: it is not.
    std::optional<Nanos> receives_counted_since() const;
    /// Have sends been counted since the trace began?
    bool counts_sends() const;
    /// Does a socket become known with the first message on it? Else holds() makes it known.
    bool meets_sockets() const;
    /// Attaches or detaches the park hook, which no level has but while something is suspected: in an event
    /// loop it costs as much as a message. Level sample and a plan without such a hook have none even then;
    /// and what could not be attached once is not tried again.
    Result<void> count_turns(bool on);
    /// Since when turns of loops have been counted, in the records of threads(); nullopt: they are not.
    std::optional<Nanos> turns_counted_since() const;

    Result<std::vector<uw_end_record>> ends(const std::vector<facts::Pid> &actors);
    /// How long what they received had waited; empty unless level is full.
    Result<std::vector<uw_delay_record>> delays(const std::vector<facts::Pid> &actors);
    /// All threads of `pid`; empty if it is gone.
    Result<std::vector<uw_thread_record>> threads(facts::Pid pid);
    /// Every descriptor of `pid` that is a channel's end. Sockets that no hook has seen are tracked from now
    /// on.
    Result<std::vector<uw_hold_record>> holds(facts::Pid pid);

    /// What the last process of each number did last, be it alive or not. Without those that touched no
    /// channel, or whose room others needed (see histories_evicted()); none at level sample.
    Result<std::map<facts::Pid, facts::History>> histories() const;
    /// The one of these that is of the process of `pidfd`, which lives; nullopt: there is none. Costs little.
    std::optional<facts::History> history(const Fd &pidfd) const;
    /// How many histories of processes had to give room to others'.
    std::uint64_t histories_evicted() const;

    /// Counters that are not zero.
    facts::Losses losses() const;
    /// Records put into the ring buffer since the start.
    std::uint64_t emitted() const;

  private:
    struct Impl;
    explicit Tracer(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

} // namespace unwedge::kernel
