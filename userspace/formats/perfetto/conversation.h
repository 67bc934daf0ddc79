// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "formats/perfetto/ends.h"
#include "recording/recording.h"

#include <compare>
#include <cstddef>
#include <vector>

namespace unwedge::formats::perfetto {

/// A record of somebody's flight recorder.
struct RecordRef {
    facts::Pid pid = 0;
    std::size_t index = 0;
    auto operator<=>(const RecordRef &) const = default;
};

/// A send, and the receive that took its first byte.
struct Delivery {
    RecordRef send;
    RecordRef receive;
};

/// Which receive took what which send gave. A queue is first in, first out, so that follows from the numbers
/// of bytes, but only if nothing lay in it before the first record, and no record is missing: an end is left
/// out unless all that was sent to it, less what it received, is what a look found unread. Else a
/// conversation that has slipped by one message would be drawn as one that has not.
std::vector<Delivery> deliveries(const recording::Recording &recording, const Ends &ends);

} // namespace unwedge::formats::perfetto
