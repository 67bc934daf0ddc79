// SPDX-License-Identifier: GPL-2.0-only
#include <linux/types.h>

#include "core/stall.h"

#include <gtest/gtest.h>

namespace {

constexpr __u64 second = 1'000'000'000;
constexpr __u64 stall_after = 3 * second;
constexpr __u64 gap = 2 * second;

/// One end that is swept once a second, beginning at 1 s.
class Swept : public ::testing::Test {
  protected:
    uw_stall_change sweep(__u64 unread, __u64 mark, __u64 after = second) {
        now_ += after;
        const uw_sight sight{now_, unread, mark};
        return uw_stall_step(&stall_, &sight, stall_after, gap);
    }

    uw_stall stall_{};
    __u64 now_ = 0;
};

TEST_F(Swept, EmptyQueueIsNeverAStall) {
    for (int i = 0; i < 10; ++i)
        EXPECT_EQ(sweep(0, 7), UW_STALL_SAME);
    EXPECT_EQ(stall_.since_ns, 0U);
}

TEST_F(Swept, UnreadWithoutConsumptionBecomesAStallOnce) {
    EXPECT_EQ(sweep(165, 7), UW_STALL_SAME);
    EXPECT_EQ(sweep(165, 7), UW_STALL_SAME);
    EXPECT_EQ(sweep(165, 7), UW_STALL_SAME);
    EXPECT_EQ(sweep(165, 7), UW_STALL_BEGINS);
    EXPECT_EQ(sweep(165, 7), UW_STALL_SAME);
    EXPECT_EQ(stall_.since_ns, second);
}

TEST_F(Swept, MoreArrivingBytesAreNoConsumption) {
    sweep(100, 7);
    sweep(200, 7);
    sweep(300, 7);
    EXPECT_EQ(sweep(400, 7), UW_STALL_BEGINS);
}

TEST_F(Swept, ConsumptionBeginsThePeriodAnew) {
    sweep(165, 7);
    sweep(165, 7);
    EXPECT_EQ(sweep(165, 8), UW_STALL_SAME);
    EXPECT_EQ(stall_.since_ns, 3 * second);
    EXPECT_EQ(sweep(165, 8), UW_STALL_SAME);
    EXPECT_EQ(sweep(165, 8), UW_STALL_SAME);
    EXPECT_EQ(sweep(165, 8), UW_STALL_BEGINS);
}

TEST_F(Swept, StallEndsWhenSomethingIsConsumed) {
    for (int i = 0; i < 4; ++i)
        sweep(165, 7);
    EXPECT_EQ(sweep(100, 8), UW_STALL_ENDS);
    EXPECT_EQ(sweep(100, 8), UW_STALL_SAME);
}

TEST_F(Swept, StallEndsWhenTheQueueIsDrained) {
    for (int i = 0; i < 4; ++i)
        sweep(165, 7);
    EXPECT_EQ(sweep(0, 8), UW_STALL_ENDS);
    EXPECT_EQ(stall_.since_ns, 0U);
}

TEST_F(Swept, TheLongestWaitThatEndedIsRemembered) {
    sweep(1, 7);
    sweep(1, 7);
    sweep(0, 8);
    EXPECT_EQ(stall_.longest_ns, 2 * second);
    sweep(1, 8);
    sweep(0, 9);
    EXPECT_EQ(stall_.longest_ns, 2 * second);
}

TEST_F(Swept, ATimeWithoutSweepsProvesNothing) {
    sweep(165, 7);
    sweep(165, 7);
    EXPECT_EQ(sweep(165, 7, 60 * second), UW_STALL_SAME);
    EXPECT_EQ(stall_.since_ns, now_);
    sweep(165, 7);
    sweep(165, 7);
    EXPECT_EQ(sweep(165, 7), UW_STALL_BEGINS);
}

TEST_F(Swept, ATimeWithoutSweepsDoesNotEndAStallThatWasTold) {
    for (int i = 0; i < 4; ++i)
        sweep(165, 7);
    EXPECT_EQ(sweep(165, 7, 60 * second), UW_STALL_SAME);
    EXPECT_EQ(sweep(165, 8), UW_STALL_ENDS);
}

TEST_F(Swept, AMarkOfZeroAtTheFirstSweepIsNoConsumption) {
    EXPECT_EQ(sweep(165, 5), UW_STALL_SAME);
    EXPECT_EQ(stall_.since_ns, second);
}

} // namespace
