// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <chrono>
#include <cstdint>
#include <ctime>
#include <string>

namespace unwedge {

/// Nanoseconds: of the kernel's CLOCK_MONOTONIC (what bpf_ktime_get_ns() tells) for a point in time, or a
/// length.
using Nanos = std::chrono::duration<std::int64_t, std::nano>;

/// The kernel's CLOCK_MONOTONIC now, the one clock that kernel and user space share: whatever the time
/// namespace of this process makes of it.
Nanos monotonic_now();

/// Any clock of clock_gettime(2) now, as this process has it.
Nanos clock_now(clockid_t id);

/// The wall clock now as ISO 8601 in UTC with milliseconds, "2026-01-31T12:00:00.123Z".
std::string wall_clock_now();
/// The same of an instant since 1970, UTC.
std::string wall_clock_text(Nanos since_1970);

/// Length in seconds, for reports.
inline double seconds(Nanos length) {
    return std::chrono::duration<double>(length).count();
}

} // namespace unwedge
