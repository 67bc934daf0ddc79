// SPDX-License-Identifier: GPL-2.0-only
#include "facts/delays.h"

#include <gtest/gtest.h>

namespace unwedge::facts {
namespace {

TEST(Delays, ShareIsTakenFromTheShortestUp) {
    Delays delays;
    delays.buckets[3] = 90;
    delays.buckets[10] = 9;
    delays.buckets[23] = 1;
    EXPECT_EQ(delays.count(), 100U);
    EXPECT_EQ(delays.below(0.5), Nanos(1024 << 3));
    EXPECT_EQ(delays.below(0.9), Nanos(1024 << 3));
    EXPECT_EQ(delays.below(0.99), Nanos(1024 << 10));
}

TEST(Delays, TheLastBucketHasNoBound) {
    Delays delays;
    delays.buckets[23] = 1;
    EXPECT_EQ(delays.below(0.5), Nanos::max());
}

} // namespace
} // namespace unwedge::facts
