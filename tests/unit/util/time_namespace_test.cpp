// SPDX-License-Identifier: GPL-2.0-only
#include "util/time_namespace.h"

#include <gtest/gtest.h>

namespace unwedge {
namespace {

using namespace std::chrono_literals;

TEST(ClockOffsets, AreReadAsTheKernelWritesThem) {
    const auto offsets =
        parse_clock_offsets("monotonic      172800         0\nboottime       -7200 500000000\n");
    ASSERT_TRUE(offsets);
    EXPECT_EQ(offsets->monotonic, 48h);
    EXPECT_EQ(offsets->boottime, -2h + 500ms);
}

TEST(ClockOffsets, AreNoneWhereNothingIsSaid) {
    const auto offsets = parse_clock_offsets("");
    ASSERT_TRUE(offsets);
    EXPECT_EQ(offsets->monotonic, 0s);
}

TEST(ClockOffsets, NonsenseIsRefused) {
    for (const char *text :
         {"monotonic", "monotonic 1", "monotonic x 0", "monotonic 1 -1", "monotonic 1 1000000000",
          "monotonic 9223372036854775807 0", "boottime -9223372036854775807 0"})
        EXPECT_FALSE(parse_clock_offsets(text)) << text;
}

} // namespace
} // namespace unwedge
