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
    return wall_clock_text(clock_now(CLOCK_REALTIME));
}

std::string wall_clock_text(Nanos since_1970) {
    const auto second = std::chrono::floor<std::chrono::seconds>(since_1970);
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(second.count()),
                       std::chrono::floor<std::chrono::milliseconds>(since_1970 - second).count());
}

} // namespace unwedge
