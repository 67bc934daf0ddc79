// SPDX-License-Identifier: GPL-2.0-only
#include "util/parallel.h"

#include <gtest/gtest.h>

namespace unwedge {
namespace {

TEST(ForEachIndex, CallsEachOnce) {
    std::vector<int> calls(10'000);
    for_each_index(calls.size(), 3, [&](std::size_t i) { ++calls[i]; });
    EXPECT_EQ(std::ranges::count(calls, 1), 10'000);
}

TEST(ForEachIndex, NeedsNoHelper) {
    const std::thread::id self = std::this_thread::get_id();
    std::size_t by_self = 0;
    for_each_index(5, 0, [&](std::size_t) { by_self += std::this_thread::get_id() == self ? 1 : 0; });
    EXPECT_EQ(by_self, 5);
}

TEST(ForEachIndex, OfNoneCallsNothing) {
    for_each_index(0, 3, [](std::size_t) { FAIL(); });
}

} // namespace
} // namespace unwedge
