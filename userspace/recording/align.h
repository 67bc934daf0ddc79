// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "recording/join.h"
#include "recording/recording.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <vector>

namespace unwedge::recording {

/// How far a recording may be moved so that nothing is received before it was sent. nullopt: no message
/// tells.
struct Bounds {
    std::optional<Nanos> least;
    std::optional<Nanos> most;

    /// By what `other` says, too.
    void tighten(const Bounds &other);
    /// By how much they exclude each other; zero: they leave room.
    Nanos contradiction() const { return least && most ? std::max(*least - *most, Nanos{}) : Nanos{}; }
    /// The bound nearest to where it is now; zero: it may stay. Not to be asked of bounds that leave no room.
    Nanos correction() const;
};

/// A recording and which of several it is.
struct Numbered {
    std::size_t number = 0; ///< Viewpoint::recording
    const Recording &recording;
};

/// Those of `moved`, after messages on those connections of `joined` that it has with `fixed`. Both have
/// times of one clock, as well as wall clocks tell. Ends are told apart by their numbers (numbers.h).
///
/// Why order: what a message says of two clocks is that it was not received before it was sent (Lamport,
/// Time, Clocks, and the Ordering of Events in a Distributed System, 1978). One direction bounds the distance
/// from one side, the other one from the other, and the tightest of all messages count, which is the convex
/// hull of Duda, Harrus, Haddad and Bernard (Estimating Global Time in Distributed Systems, 1987) for clocks
/// that run equally fast: those that NTP disciplines drift apart by about 1 ppm, in an hour by less than the
/// 4 ms that flight records are precise to.
Bounds order_bounds(const Numbered &fixed, const Numbered &moved, const std::vector<Joint> &joined);

} // namespace unwedge::recording
