// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "util/clock.h"

namespace unwedge::diagnosis {

using namespace std::chrono_literals;

/// The thresholds of the rules; docs/design.md §5.
struct Policy {
    Nanos stall_after = 3s;        ///< --stall-after: nothing consumed for so long is a stall
    bool suspects_at_once = false; ///< at the first look, when no source knows yet since when
    Nanos busy_after = 30s;        ///< --busy-after: patience with an actor that may yet move by itself
    /// Patience with a tree in which somebody still ticks, though nothing comes of it: a job may hide behind
    /// a tick.
    Nanos ticks_after() const { return 2 * busy_after; }
    Nanos horizon = 1h;               ///< a timer farther away than this is no timer (trio parks with 24 h)
    Nanos look_distance = 400ms;      ///< two looks closer than this are one
    Nanos count_receives_for = 900ms; ///< how long receives must have been counted to prove a standstill
    double busy_share = 0.05;         ///< CPU over window from which an actor is busy
    Nanos reading_distance = 1s; ///< between two readings of an actor's CPU time while nothing is suspected
    Nanos sweep = 100ms;         ///< precision of all times that a sweep has stamped

    bool operator==(const Policy &) const = default;
};

} // namespace unwedge::diagnosis
