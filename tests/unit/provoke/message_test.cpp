// SPDX-License-Identifier: GPL-2.0-only
#include "provoke/message.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace unwedge::provoke {
namespace {

class ProvokeMessage : public testing::Test {
  protected:
    void SetUp() override {
        std::array<int, 2> sides{};
        ASSERT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sides.data()), 0);
        ours_ = Fd(sides[0]);
        theirs_ = Fd(sides[1]);
    }

    Fd ours_;
    Fd theirs_;
};

TEST_F(ProvokeMessage, ArrivesWithItsDescriptor) {
    Message message{.kind = Message::Kind::appeared, .is_named = true, .slot = 7, .pid = 4242};
    message.lineage = {'1', '.', '2'};
    std::array<int, 2> pipe{};
    ASSERT_EQ(::pipe(pipe.data()), 0);
    const Fd reader(pipe[0]);
    const Fd writer(pipe[1]);
    ASSERT_EQ(send(ours_, message, reader.get()), 0);
    ASSERT_EQ(send(ours_, {.kind = Message::Kind::gone, .slot = 7}), 0);
    const Received first = receive(theirs_);
    ASSERT_EQ(first.outcome, Received::Outcome::message);
    EXPECT_EQ(first.message.kind, Message::Kind::appeared);
    EXPECT_TRUE(first.message.is_named);
    EXPECT_EQ(first.message.slot, 7);
    EXPECT_EQ(first.message.pid, 4242);
    EXPECT_STREQ(first.message.lineage.data(), "1.2");
    struct stat sent {};
    struct stat got {};
    ASSERT_EQ(::fstat(reader.get(), &sent), 0);
    ASSERT_EQ(::fstat(first.pidfd.get(), &got), 0);
    EXPECT_EQ(sent.st_ino, got.st_ino);
    const Received second = receive(theirs_);
    EXPECT_EQ(second.message.kind, Message::Kind::gone);
    EXPECT_FALSE(second.pidfd);
    EXPECT_EQ(receive(theirs_).outcome, Received::Outcome::nothing_yet);
}

TEST_F(ProvokeMessage, EndsWithItsSender) {
    ASSERT_EQ(send(ours_, {.kind = Message::Kind::gone, .slot = 1}), 0);
    ours_.reset();
    EXPECT_EQ(receive(theirs_).outcome, Received::Outcome::message) << "what was sent before still counts";
    EXPECT_EQ(receive(theirs_).outcome, Received::Outcome::end);
}

TEST_F(ProvokeMessage, IsRefusedNotAwaited) {
    int failed = 0;
    for (int sent = 0; sent < 1'000'000 && !failed; ++sent)
        failed = send(ours_, {});
    EXPECT_EQ(failed, EAGAIN);
    theirs_.reset();
    const int at_the_end = send(ours_, {});
    EXPECT_TRUE(at_the_end == EPIPE || at_the_end == ECONNRESET) << at_the_end;
}

} // namespace
} // namespace unwedge::provoke
