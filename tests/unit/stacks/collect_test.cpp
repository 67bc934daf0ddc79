// SPDX-License-Identifier: GPL-2.0-only
#include "stacks/stacks.h"

#include "sitters.h"

#include <unistd.h>

#include <gtest/gtest.h>

namespace unwedge::stacks {
namespace {

using namespace std::chrono_literals;

const procfs::Proc proc;

TEST(Collect, NothingOfNobody) {
    EXPECT_TRUE(collect(proc, {}).empty());
}

TEST(Collect, BringsTheStacksOfSeveralProcesses) {
    const Sitter one(SITTER, "epoll_wait");
    const Sitter other(SITTER, "thread");
    ASSERT_TRUE(one.settles_in('S') && other.settles_in('S'));
    const auto stacks =
        collect(proc, {{one.pid(), one.tid()}, {other.pid(), other.tid()}, {other.pid(), other.pid()}});
    ASSERT_EQ(stacks.size(), 3U);
    const facts::ThreadStack &waits = stacks.at(one.tid());
    if (!waits.user && waits.error.find("ot permitted") != std::string::npos)
        GTEST_SKIP() << waits.error;
    EXPECT_EQ(waits.pid, one.pid());
    EXPECT_EQ(waits.tid, one.tid());
    ASSERT_TRUE(waits.user) << waits.error;
    EXPECT_NE(frame_of(*waits.user, "in_epoll_wait"), nullptr);
    EXPECT_NE(frame_of(*stacks.at(other.tid()).user, "in_futex"), nullptr);
    EXPECT_NE(frame_of(*stacks.at(other.pid()).user, "in_nanosleep"), nullptr);
    if (::geteuid() != 0 || !waits.kernel)
        GTEST_SKIP() << "kernel stacks are root's: " << waits.error;
    EXPECT_EQ(waits.error, "");
    EXPECT_FALSE(waits.kernel->empty());
}

TEST(Collect, SaysWhatIsMissing) {
    Sitter sitter(SITTER, "poll");
    const facts::Pid pid = sitter.pid();
    sitter.end();
    const auto stacks = collect(proc, {{pid, pid}});
    ASSERT_EQ(stacks.size(), 1U);
    EXPECT_FALSE(stacks.at(pid).kernel);
    EXPECT_FALSE(stacks.at(pid).user);
    EXPECT_NE(stacks.at(pid).error, "");
}

TEST(Collect, OfAKernelThreadIsAnError) {
    const auto stat = proc.stat(2);
    if (!stat || stat->comm != "kthreadd")
        GTEST_SKIP() << "none is to be seen here";
    const auto stacks = collect(proc, {{2, 2}});
    EXPECT_FALSE(stacks.at(2).user);
    EXPECT_NE(stacks.at(2).error, "");
}

} // namespace
} // namespace unwedge::stacks
