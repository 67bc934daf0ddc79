// SPDX-License-Identifier: GPL-2.0-only
#include "util/fd.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <utility>

namespace unwedge {
namespace {

bool is_open(int fd) {
    return ::fcntl(fd, F_GETFD) >= 0;
}

TEST(Fd, ClosesWhatItOwns) {
    int raw = -1;
    {
        const Fd fd(::dup(STDERR_FILENO));
        raw = fd.get();
        EXPECT_TRUE(is_open(raw));
    }
    EXPECT_FALSE(is_open(raw));
}

TEST(Fd, MovingLeavesNothingBehind) {
    Fd one(::dup(STDERR_FILENO));
    const int raw = one.get();
    const Fd other(std::move(one));
    EXPECT_FALSE(one); // NOLINT(bugprone-use-after-move): being empty is what is tested
    EXPECT_EQ(other.get(), raw);
    EXPECT_TRUE(is_open(raw));
}

} // namespace
} // namespace unwedge
