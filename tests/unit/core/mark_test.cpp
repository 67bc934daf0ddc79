// SPDX-License-Identifier: GPL-2.0-only
#include <linux/types.h>

#include "core/mark.h"

#include <gtest/gtest.h>

#include <set>

namespace {

TEST(QueueMark, IsTheSameForTheSameQueue) {
    EXPECT_EQ(uw_queue_mark(0xffff888100000000, 0, 5), uw_queue_mark(0xffff888100000000, 0, 5));
}

TEST(QueueMark, ChangesWithEachOfItsParts) {
    const __u64 mark = uw_queue_mark(0xffff888100000000, 10, 5);
    EXPECT_NE(mark, uw_queue_mark(0xffff888100000100, 10, 5));
    EXPECT_NE(mark, uw_queue_mark(0xffff888100000000, 11, 5));
    EXPECT_NE(mark, uw_queue_mark(0xffff888100000000, 10, 6));
}

TEST(QueueMark, NeighbouringQueuesDoNotCollide) {
    std::set<__u64> marks;
    for (__u64 buffer = 0; buffer < 32; ++buffer)
        for (__u64 taken = 0; taken < 32; ++taken)
            for (__u64 receives = 0; receives < 32; ++receives)
                marks.insert(uw_queue_mark(0xffff888100000000 + 256 * buffer, taken, receives));
    EXPECT_EQ(marks.size(), 32U * 32U * 32U);
}

} // namespace
