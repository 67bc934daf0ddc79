// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "abi.h"
#include "facts/history.h"
#include "util/clock.h"

#include <cstddef>
#include <cstdint>

namespace unwedge::kernel {

/// How the times of flight records are read.
struct FlightClock {
    Nanos tick{};              ///< length of a jiffy; zero: times are nanoseconds already
    Nanos now{};               ///< one instant, CLOCK_MONOTONIC,
    std::uint64_t jiffies = 0; ///< and what jiffies were then
};

/// Copies a recording, with room for `capacity` records right behind it, that its actor may be writing to.
/// Records that were overwritten meanwhile are left out, and so are those that can't be true: of an unknown
/// kind, or of a time out of reach.
facts::History history_of(const uw_flight &flight, std::size_t capacity, const FlightClock &clock);

} // namespace unwedge::kernel
