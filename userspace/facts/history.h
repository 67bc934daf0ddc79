// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "util/clock.h"

#include <cstdint>
#include <vector>

namespace unwedge::facts {

enum class FlightKind {
    receive, ///< took bytes from an end
    send,    ///< gave bytes to one
    unpark,  ///< a loop came back from its wait for readiness
    state    ///< a TCP socket of it began to connect or to listen
};

/// One thing that an actor did.
struct FlightRecord {
    Nanos at{}; ///< CLOCK_MONOTONIC, to History::precision
    FlightKind kind{};
    std::uint32_t end = 0;    ///< the low 32 bits of an EndId; 0: of none
    std::uint32_t amount = 0; ///< bytes, at most 2^24-1; of `state`: the TCP state
    bool operator==(const FlightRecord &) const = default;
};

/// What an actor did last, oldest first.
struct History {
    std::vector<FlightRecord> records;
    std::uint64_t overwritten = 0; ///< earlier records that gave room to these
    Nanos precision{};             ///< of their times; zero: exact
};

} // namespace unwedge::facts
