// SPDX-License-Identifier: GPL-2.0-only
#include "util/duration.h"

#include <gtest/gtest.h>

namespace unwedge {
namespace {

using namespace std::chrono_literals;

TEST(Duration, SecondsNeedNoUnit) {
    EXPECT_EQ(parse_duration("3"), 3s);
    EXPECT_EQ(parse_duration("0.5"), 500ms);
    EXPECT_EQ(parse_duration("0"), 0s);
}

TEST(Duration, UnitsAreMillisecondsSecondsMinutesHours) {
    EXPECT_EQ(parse_duration("100ms"), 100ms);
    EXPECT_EQ(parse_duration("2s"), 2s);
    EXPECT_EQ(parse_duration("5m"), 5min);
    EXPECT_EQ(parse_duration("1h"), 1h);
}

TEST(Duration, NonsenseIsRefused) {
    for (const char *text :
         {"", "s", "x", "3x", "-1", "3 s", "1e3", "nan", "inf", "31d", "999999h", "3s3s", "+1"})
        EXPECT_FALSE(parse_duration(text)) << text;
}

} // namespace
} // namespace unwedge
