// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "abi.h"
#include "core/stall.h"
#include "facts/ids.h"
#include "util/clock.h"

#include <cstdint>
#include <optional>
#include <unordered_map>

namespace unwedge::session {

/// What a look without BPF sees of one queue: of bytes, or of connections that wait to be accepted.
struct QueueSight {
    facts::EndId end = 0;
    std::uint64_t unread = 0;
    std::optional<std::uint64_t> position; ///< of the reader; where it is known, it alone tells consumption
    /// Else: all who can read it, or write into it, have not run since the last look.
    bool readers_slept = false;
    bool writers_slept = false;
};

/// What was unread in a queue and not consumed; to the precision of the looks.
struct QueueState {
    std::optional<Nanos> unread_since;
    std::optional<Nanos> last_receive; ///< something was consumed for certain
    std::optional<Nanos> last_arrival; ///< there was more than at the look before
    Nanos longest_wait{};
};

/// Remembers queues from look to look. Only what proves that nothing was consumed makes a standstill: if its
/// readers may have run while writers did, a queue of the same length may be another one.
class Standstill {
  public:
    /// As for the sweep of sockets: `longest_gap` between two looks proves something still.
    Standstill(Nanos stall_after, Nanos longest_gap) : stall_after_(stall_after), longest_gap_(longest_gap) {}

    /// Begins a look as of `now`.
    void begin(Nanos now) { now_ = now; }
    QueueState see(const QueueSight &sight);
    /// Ends it: queues that were not seen in it are forgotten.
    void end();

  private:
    struct Queue {
        uw_stall stall{};
        std::uint64_t consumed = 0; ///< the mark where there is no position: moves if something may have been
        Nanos last_receive{};
        Nanos seen{};
    };

    Nanos stall_after_;
    Nanos longest_gap_;
    Nanos now_{};
    std::unordered_map<facts::EndId, Queue> queues_;
};

} // namespace unwedge::session
