// SPDX-License-Identifier: GPL-2.0-only
#include "session/standstill.h"

#include <gtest/gtest.h>

namespace unwedge::session {
namespace {

using namespace std::chrono_literals;

constexpr Nanos begin = 100s;

/// Looks at one queue every second.
class Watched {
  public:
    QueueState see(QueueSight sight, Nanos after = 1s) {
        now_ += after;
        standstill_.begin(now_);
        sight.end = 1;
        const QueueState state = standstill_.see(sight);
        standstill_.end();
        return state;
    }
    Nanos now() const { return now_; }

  private:
    Standstill standstill_{3s, 12s};
    Nanos now_ = begin;
};

TEST(Standstill, APositionThatDoesNotMoveIsOne) {
    Watched queue;
    for (int look = 0; look < 4; ++look)
        EXPECT_EQ(queue.see({.unread = 7, .position = 40}).unread_since, begin + 1s);
}

TEST(Standstill, APositionThatMovesEndsIt) {
    Watched queue;
    queue.see({.unread = 7, .position = 40});
    const QueueState state = queue.see({.unread = 7, .position = 47, .readers_slept = true});
    EXPECT_EQ(state.unread_since, queue.now());
    EXPECT_EQ(state.last_receive, queue.now());
}

TEST(Standstill, TheSameLengthAloneProvesNothing) {
    Watched queue;
    queue.see({.unread = 7});
    const QueueState state = queue.see({.unread = 7});
    EXPECT_EQ(state.unread_since, queue.now());
    EXPECT_FALSE(state.last_receive) << "nor that something was consumed";
}

TEST(Standstill, TheSameLengthDoesIfOneSideSlept) {
    Watched readers;
    readers.see({.unread = 7});
    EXPECT_EQ(readers.see({.unread = 7, .readers_slept = true}).unread_since, begin + 1s);
    Watched writers;
    writers.see({.unread = 7});
    EXPECT_EQ(writers.see({.unread = 7, .writers_slept = true}).unread_since, begin + 1s);
}

TEST(Standstill, WhatGrewIsUnconsumedOnlyIfItsReadersSlept) {
    Watched queue;
    queue.see({.unread = 7});
    const QueueState state = queue.see({.unread = 9, .readers_slept = true});
    EXPECT_EQ(state.unread_since, begin + 1s);
    EXPECT_EQ(state.last_arrival, queue.now());
    const QueueState later = queue.see({.unread = 11, .writers_slept = true});
    EXPECT_EQ(later.unread_since, queue.now());
}

TEST(Standstill, WhatShrankWasConsumed) {
    Watched queue;
    queue.see({.unread = 7});
    queue.see({.unread = 7, .readers_slept = true});
    const QueueState state = queue.see({.unread = 5, .readers_slept = true, .writers_slept = true});
    EXPECT_EQ(state.unread_since, queue.now());
    EXPECT_EQ(state.last_receive, queue.now());
    EXPECT_EQ(state.longest_wait, 2s);
}

TEST(Standstill, NobodyKnowsWhatWasInALongGap) {
    Watched queue;
    queue.see({.unread = 7, .position = 40});
    const QueueState later = queue.see({.unread = 7, .position = 40}, 13s);
    EXPECT_EQ(later.unread_since, queue.now());
}

TEST(Standstill, ForgetsWhatIsGone) {
    Standstill standstill(3s, 12s);
    standstill.begin(10s);
    standstill.see({.end = 1, .unread = 7, .position = 1});
    standstill.end();
    standstill.begin(11s);
    standstill.end();
    standstill.begin(12s);
    EXPECT_EQ(standstill.see({.end = 1, .unread = 7, .position = 1}).unread_since, 12s);
}

} // namespace
} // namespace unwedge::session
