// SPDX-License-Identifier: GPL-2.0-only
#include "util/line.h"

#include <gtest/gtest.h>

namespace unwedge {
namespace {

TEST(CutLine, TakesOneAfterTheOther) {
    std::string_view text = "a\n\nlast";
    EXPECT_EQ(cut_line(text), "a");
    EXPECT_EQ(cut_line(text), "");
    EXPECT_EQ(text, "last");
    EXPECT_EQ(cut_line(text), "last");
    EXPECT_EQ(text, "");
    EXPECT_EQ(cut_line(text), "");
}

TEST(CutLine, NothingFollowsTheLastNewline) {
    std::string_view text = "a\n";
    EXPECT_EQ(cut_line(text), "a");
    EXPECT_TRUE(text.empty());
}

} // namespace
} // namespace unwedge
