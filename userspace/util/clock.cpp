// SPDX-License-Identifier: GPL-2.0-only
#include "util/clock.h"

#include "util/time_namespace.h"

#include <ctime>

#include <fmt/chrono.h>

namespace unwedge {

Nanos clock_now(clockid_t id) {
    timespec now{};
    ::clock_gettime(id, &now);
    return std::chrono::seconds(now.tv_sec) + Nanos(now.tv_nsec);
}

Nanos monotonic_now() {
    return clock_now(CLOCK_MONOTONIC) - own_clock_offsets().monotonic;
}

std::string wall_clock_now() {
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME, &now);
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(now.tv_sec), now.tv_nsec / 1'000'000);
}

} // namespace unwedge
