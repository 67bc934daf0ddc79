// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "procfs/proc.h"
#include "util/clock.h"
#include "util/result.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string_view>

namespace unwedge::procfs {

/// What the scheduler has counted of a thread.
struct SchedStat {
    Nanos cpu{};             ///< time on a CPU
    Nanos run_delay{};       ///< time runnable without one
    std::uint64_t turns = 0; ///< how often it came onto a CPU: unmoved means that it has not run
};

/// The text of a `schedstat` file.
Result<SchedStat> parse_schedstat(std::string_view text);

/// When a thread was last charged for its CPU time: of one that sleeps, when it fell asleep, on the clock of
/// the CPU that it ran on last. Out of the text of a `sched` file; nullopt if it does not say.
std::optional<Nanos> parse_last_run(std::string_view text);

/// Tells how long threads have slept. Each CPU's scheduler has a clock of its own, which stands still while
/// an interrupt or the host of a virtual machine has that CPU (rq_clock_task(), kernel/sched/core.c): what
/// such a one shows now is read on that CPU, by a thread that visits each.
class SleepClock {
  public:
    explicit SleepClock(const Proc &proc);

    /// How long `tid`, which must be asleep and have run on `cpu` last, has been so at `now`
    /// (CLOCK_MONOTONIC), at least, to a few milliseconds, if it is asked soon after this object was made;
    /// nullopt where that can't be told.
    std::optional<Nanos> asleep(Pid pid, Pid tid, int cpu, Nanos now) const;

  private:
    void visit_cpus();

    const Proc &proc_;
    std::map<int, Nanos> ahead_; ///< CPU → its clock before CLOCK_MONOTONIC
};

} // namespace unwedge::procfs
