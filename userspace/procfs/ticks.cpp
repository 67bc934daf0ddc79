// SPDX-License-Identifier: GPL-2.0-only
#include "procfs/ticks.h"

#include <unistd.h>

namespace unwedge::procfs {

Nanos of_ticks(std::uint64_t ticks) {
    static const auto per_second = static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK));
    constexpr std::uint64_t second = 1'000'000'000;
    return Nanos(ticks / per_second * second + ticks % per_second * second / per_second);
}

Nanos started(const Stat &stat) {
    // Read once: the two clocks differ by the time that the host has slept, and a process is known by this.
    // Both /proc and CLOCK_BOOTTIME are as the time namespace of this process has them.
    static const Nanos slept_by_host = clock_now(CLOCK_BOOTTIME) - monotonic_now();
    return of_ticks(stat.starttime) - slept_by_host;
}

} // namespace unwedge::procfs
