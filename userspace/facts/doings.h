// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "facts/history.h"
#include "facts/ids.h"

#include <cstdint>
#include <map>
#include <optional>

namespace unwedge::facts {

/// How a process has talked on one end, heartbeats left out: those tell that a loop lives, and answer
/// nothing.
struct Conversation {
    bool spoke_last = false; ///< it sent, and received nothing since

    /// An exchange is what it receives in a row, and what it sends then until it receives again.
    std::uint32_t answered = 0; ///< exchanges that ended so, with at least one message sent
    std::uint32_t messages = 0; ///< fewest that it sent in one of these, > 0
    Nanos slowest{};            ///< longest that one of these took, from the last receive to the last send
    std::optional<Nanos> asked; ///< when it last received; nullopt: never
    std::uint32_t sent = 0;     ///< messages since then

    /// Of one that asks, one request at a time: requests that it sent strictly in turn with what it received,
    /// until it once sent two in a row, and since then strictly in turn again. Zero: that never was so.
    std::uint32_t in_turn = 0;    ///< exchanges before
    std::uint32_t shifted = 0;    ///< what it received since
    std::uint32_t behind = 0;     ///< replies that it lacks now
    std::optional<Nanos> slipped; ///< when it sent before it had the reply
    bool operator==(const Conversation &) const = default;
};

/// The first thing that a process did.
struct FirstDeed {
    Nanos at{};
    FlightKind kind{}; ///< never `unpark`
    bool operator==(const FirstDeed &) const = default;
};

/// What the flight records of one process tell.
struct Doings {
    std::optional<FirstDeed> first; ///< nullopt: it has done nothing, or the record was overwritten
    bool any = false;               ///< it has done something, be it a heartbeat
    /// Of all that is neither a heartbeat nor a mere return of its loop; nullopt: of what is still recorded,
    /// nothing.
    std::optional<Nanos> last_deed;
    std::uint64_t deed = 0; ///< number of that one among all that the process ever did, from 1; 0: none
    std::map<EndId, Conversation> conversations; ///< by end, as the records name it
    bool operator==(const Doings &) const = default;
};

/// As of `now`. A heartbeat is a message of at most 256 bytes, one of at least four of the same size and
/// direction on its end, that come at regular distances of 200 ms and more, still do, and are neither
/// question nor answer: mostly nothing goes the other way within 20 ms.
Doings doings(const History &history, Nanos now);

} // namespace unwedge::facts
