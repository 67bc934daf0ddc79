// SPDX-License-Identifier: GPL-2.0-only
#include "session/pace.h"

#include <gtest/gtest.h>

namespace unwedge::session {
namespace {

using namespace std::chrono_literals;

Nanos pause(std::uint64_t unread, Nanos cost) {
    return pause_after({.ends = 10, .unread = unread}, cost, 100ms, 3s);
}

TEST(Pace, UnreadBytesAreWatchedAtTheWantedInterval) {
    EXPECT_EQ(pause(1, 10us), 100ms);
}

TEST(Pace, WhileNothingIsUnreadItIsTwiceAsLong) {
    EXPECT_EQ(pause(0, 10us), 200ms);
}

TEST(Pace, SweepingTakesLessThanOnePerCent) {
    EXPECT_EQ(pause(1, 5ms), 625ms);
}

TEST(Pace, NoPauseHidesAStallForLong) {
    EXPECT_EQ(pause(1, 1s), 1500ms);
}

} // namespace
} // namespace unwedge::session
