// SPDX-License-Identifier: GPL-2.0-only
#include "expect/doubles.h"

#include <gtest/gtest.h>

namespace unwedge::expect {
namespace {

/// `single`, `doubled`, `repeated`, `bare`.
std::optional<std::string> found(std::uint64_t single, std::uint64_t doubled, std::uint64_t repeated,
                                 std::uint64_t bare) {
    return doubling({.pid = 1,
                     .records = single + 2 * doubled + 3 * repeated + 2 * bare,
                     .single = single,
                     .doubled = doubled,
                     .repeated = repeated,
                     .bare = bare});
}

TEST(Doubling, IsTheRuleOrItIsNone) {
    EXPECT_EQ(found(0, 4, 0, 0), "wrote 4 of 4 lines twice");
    EXPECT_EQ(found(5, 5, 0, 0), "wrote 5 of 10 lines twice");
    EXPECT_FALSE(found(0, 3, 0, 0)) << "too few to say so";
    EXPECT_FALSE(found(6, 5, 0, 0)) << "most are written once";
    EXPECT_FALSE(found(1000, 0, 0, 0));
}

TEST(Doubling, LinesOfLoopsAreWrittenAnyNumberOfTimes) {
    EXPECT_FALSE(found(2, 6, 2, 0));
    EXPECT_TRUE(found(0, 8, 2, 0))
        << "two handlers double lines of loops, too: only now and then there are three";
    EXPECT_FALSE(found(0, 1, 0, 0)) << "one line in a loop";
}

TEST(Doubling, BareLinesAreToldAsSuch) {
    EXPECT_EQ(found(1, 0, 0, 6), "wrote 6 of 7 lines a second time, without their prefix");
    EXPECT_FALSE(found(0, 0, 0, 3));
    EXPECT_FALSE(found(10, 0, 0, 6));
}

} // namespace
} // namespace unwedge::expect
