// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/pipes.h"

#include <gtest/gtest.h>

namespace unwedge::kernel {
namespace {

using namespace std::chrono_literals;

constexpr __u64 some_pipe = 0xffff8880'12345678;

uw_hold_record hold(__u32 pid, __u32 sides, __u64 unread, __u64 mark = 1) {
    return {
        .pid = pid, .fd = 5, .pipe = some_pipe, .inode = 77, .unread = unread, .mark = mark, .sides = sides};
}

/// A pipe from the actor 1 to the actor 2.
class PipesTest : public ::testing::Test {
  protected:
    void pass(Nanos at, __u64 unread, __u64 mark = 1, __u32 writer = 1) {
        pipes.begin(at);
        pipes.see(hold(writer, UW_PIPE_WRITE, unread, mark));
        pipes.see(hold(2, UW_PIPE_READ, unread, mark));
        pipes.end();
    }
    facts::End reading() const { return pipes.ends().at(0); }
    facts::End writing() const { return pipes.ends().at(1); }

    Pipes pipes{3s, 12s};
};

TEST_F(PipesTest, AreTwoEndsThatArePeers) {
    pass(10s, 5);
    ASSERT_EQ(pipes.ends().size(), 2U);
    EXPECT_EQ(reading().peer, writing().id);
    EXPECT_EQ(writing().peer, reading().id);
    EXPECT_EQ(reading().kind, facts::ChannelKind::pipe);
    EXPECT_EQ(reading().unread, 5U);
    EXPECT_EQ(writing().unsent, 5U);
    EXPECT_EQ(reading().inode, 77U);
}

TEST_F(PipesTest, StallWhenNothingIsTakenForLongEnough) {
    pass(10s, 5);
    EXPECT_TRUE(pipes.any_unread());
    pass(12s, 9);
    EXPECT_FALSE(pipes.any_stalled());
    EXPECT_EQ(writing().last_send, 12s);
    pass(13s, 9);
    EXPECT_TRUE(pipes.any_stalled());
    EXPECT_EQ(reading().unread_since, 10s);
    pass(14s, 4, 2);
    EXPECT_FALSE(pipes.any_stalled());
    EXPECT_EQ(reading().last_receive, 14s);
    EXPECT_EQ(reading().longest_wait, 4s);
}

TEST_F(PipesTest, ThatAnActorHasForItselfOrThatLeadOutsideAreNone) {
    pass(10s, 5, 1, 2);
    EXPECT_TRUE(pipes.ends().empty());
    EXPECT_FALSE(pipes.any_unread());
    pipes.begin(11s);
    pipes.see(hold(2, UW_PIPE_READ, 5));
    pipes.end();
    EXPECT_TRUE(pipes.ends().empty());
}

TEST_F(PipesTest, AFifoCanBeOpenForBoth) {
    pipes.begin(10s);
    EXPECT_EQ(pipes.see(hold(2, UW_PIPE_READ | UW_PIPE_WRITE, 5)).size(), 2U);
}

TEST_F(PipesTest, AreForgottenWhenNobodyHasThem) {
    pass(10s, 5);
    const facts::EndId before = reading().id;
    pipes.begin(11s);
    pipes.end();
    EXPECT_TRUE(pipes.ends().empty());
    pass(12s, 5);
    EXPECT_NE(reading().id, before) << "the kernel uses addresses again";
}

} // namespace
} // namespace unwedge::kernel
