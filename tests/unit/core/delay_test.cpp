// SPDX-License-Identifier: GPL-2.0-only
#include <linux/types.h>

#include "core/delay.h"

#include <gtest/gtest.h>

namespace {

constexpr __u64 microsecond = 1024;

TEST(DelayBucket, BelowAMicrosecondIsTheFirst) {
    EXPECT_EQ(uw_delay_bucket(0), 0U);
    EXPECT_EQ(uw_delay_bucket(microsecond - 1), 0U);
    EXPECT_EQ(uw_delay_bucket(microsecond), 1U);
}

TEST(DelayBucket, EachBoundBelongsToTheNextBucket) {
    for (__u32 bucket = 1; bucket < UW_DELAY_BUCKETS - 1; ++bucket) {
        const __u64 bound = microsecond << bucket;
        EXPECT_EQ(uw_delay_bucket(bound - 1), bucket);
        EXPECT_EQ(uw_delay_bucket(bound), bucket + 1);
    }
}

TEST(DelayBucket, TheLastTakesAllTheRest) {
    EXPECT_EQ(uw_delay_bucket(~0ULL), UW_DELAY_BUCKETS - 1U);
    EXPECT_EQ(uw_delay_bucket(3600ULL * 1'000'000'000), UW_DELAY_BUCKETS - 1U);
}

} // namespace
