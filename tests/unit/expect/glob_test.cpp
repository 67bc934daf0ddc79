// SPDX-License-Identifier: GPL-2.0-only
#include "expect/glob.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace unwedge::expect {
namespace {

TEST(Glob, WithoutWildcardsItIsEquality) {
    EXPECT_TRUE(matches_glob("worker", "worker"));
    EXPECT_FALSE(matches_glob("worker", "worker2"));
    EXPECT_FALSE(matches_glob("worker", "a worker"));
    EXPECT_TRUE(matches_glob("", ""));
    EXPECT_FALSE(matches_glob("", "x"));
}

TEST(Glob, StarsStandForAnythingAndNothing) {
    EXPECT_TRUE(matches_glob("*", ""));
    EXPECT_TRUE(matches_glob("*.sock", "/run/a.sock"));
    EXPECT_TRUE(matches_glob("a*b*c", "a-b-b-c"));
    EXPECT_TRUE(matches_glob("a**", "a"));
    EXPECT_FALSE(matches_glob("a*b", "a-b-c"));
}

TEST(Glob, AQuestionMarkIsOneByte) {
    EXPECT_TRUE(matches_glob("python?", "python3"));
    EXPECT_FALSE(matches_glob("python?", "python"));
    EXPECT_FALSE(matches_glob("python?", "python3.11"));
}

TEST(Glob, NothingIsSpecialButThose) {
    EXPECT_FALSE(matches_glob("[ab]", "a"));
    EXPECT_TRUE(matches_glob("[ab]", "[ab]"));
}

TEST(Glob, ManyStarsTakeNoLongerThanTheirProduct) {
    std::string pattern;
    for (int i = 0; i < 200; ++i)
        pattern += "a*";
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_FALSE(matches_glob(pattern + 'b', std::string(20'000, 'a')));
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
}

} // namespace
} // namespace unwedge::expect
