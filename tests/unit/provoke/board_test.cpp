// SPDX-License-Identifier: GPL-2.0-only
#include "provoke/board.h"

#include <gtest/gtest.h>

#include <memory>

namespace unwedge::provoke {
namespace {

using namespace std::chrono_literals;

TEST(ProvokeBoard, CallsAStopOursFromItsBeginToItsEnd) {
    const auto board = std::make_unique<Board>();
    EXPECT_FALSE(board->was_held(3, 1ns));
    board->hold(3);
    EXPECT_TRUE(board->is_held(3));
    EXPECT_TRUE(board->was_held(3, 1h)) << "it lasts";
    EXPECT_FALSE(board->was_held(4, 1ns));
    board->let_go(3, 10s);
    EXPECT_FALSE(board->is_held(3));
    EXPECT_TRUE(board->was_held(3, 10s)) << "a look that began before its end may have seen it";
    EXPECT_FALSE(board->was_held(3, 10s + 1ns));
}

} // namespace
} // namespace unwedge::provoke
