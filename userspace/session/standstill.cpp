// SPDX-License-Identifier: GPL-2.0-only
#include "session/standstill.h"

#include "util/stamp.h"

#include <algorithm>

namespace unwedge::session {
namespace {

bool surely_unconsumed(const uw_stall &before, const QueueSight &sight) {
    return (sight.readers_slept && sight.unread >= before.unread) ||
           (sight.writers_slept && sight.unread == before.unread);
}

} // namespace

QueueState Standstill::see(const QueueSight &sight) {
    Queue &queue = queues_[sight.end];
    uw_stall &stall = queue.stall;
    const bool first = stall.swept_ns == 0;
    if (!first && !sight.position && !surely_unconsumed(stall, sight))
        ++queue.consumed;
    const uw_sight step{
        .now_ns = stamp_of(now_), .unread = sight.unread, .mark = sight.position.value_or(queue.consumed)};
    const bool shrank = !first && sight.unread < stall.unread;
    const bool moved = !first && sight.position && step.mark != stall.mark;
    if (shrank || moved)
        queue.last_receive = now_;
    uw_stall_step(&stall, &step, stamp_of(stall_after_), stamp_of(longest_gap_));
    if (first)
        stall.grown_ns = 0; // what was there before is no arrival
    queue.seen = now_;
    return {.unread_since = from_stamp(stall.since_ns),
            .last_receive = from_stamp(stamp_of(queue.last_receive)),
            .last_arrival = from_stamp(stall.grown_ns),
            .longest_wait = Nanos(stall.longest_ns)};
}

void Standstill::end() {
    std::erase_if(queues_, [this](const auto &entry) { return entry.second.seen != now_; });
}

} // namespace unwedge::session
