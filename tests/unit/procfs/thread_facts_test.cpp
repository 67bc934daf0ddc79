// SPDX-License-Identifier: GPL-2.0-only
// What is told of a thread whose system call is hidden (kernel.yama.ptrace_scope): here there is no such
// file.
#include "procfs/thread_facts.h"

#include "fake_proc.h"
#include "fake_target.h"

#include <sys/epoll.h>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace unwedge::procfs {
namespace {

using facts::WaitKind;

constexpr int epoll = 5;

facts::Wait wait_of(std::string_view wchan, Target &target, std::uint64_t threads = 1) {
    const FakeProc fake;
    fake.file("8/task/8/wchan", wchan);
    const Proc proc(fake.root());
    Stat stat;
    stat.state = 'S';
    stat.num_threads = threads;
    return read_thread(proc, 8, 8, stat, target, Nanos(0)).thread.wait;
}

class HiddenCall : public testing::Test {
  protected:
    HiddenCall() {
        target_.put_set(epoll, {{.fd = 3, .events = EPOLLIN, .inode = 77}});
        target_.links[3] = "socket:[77]";
    }
    FakeTarget target_;
};

TEST_F(HiddenCall, TheOnlyThreadWaitsForTheOnlyEpollSet) {
    const facts::Wait wait = wait_of("do_epoll_wait", target_);
    EXPECT_EQ(wait.kind, WaitKind::epoll);
    EXPECT_EQ(wait.fd, epoll);
    ASSERT_TRUE(wait.watches);
    ASSERT_EQ(wait.watches->size(), 1U);
    EXPECT_EQ(wait.watches->front().fd, 3);
    EXPECT_EQ(wait.watches->front().read, facts::Interest::armed);
    EXPECT_EQ(wait.timeout, facts::Timeout::unknown());
}

TEST_F(HiddenCall, ATimerfdOfThatSetIsSeen) {
    target_.put_timer(4, {.remaining = std::chrono::seconds(2)});
    target_.sets[epoll].push_back({.fd = 4, .events = EPOLLIN});
    EXPECT_EQ(wait_of("do_epoll_wait", target_).timerfd, std::chrono::seconds(2));
}

TEST_F(HiddenCall, OfSeveralSetsNoneIsGuessed) {
    target_.put_set(6, {});
    const facts::Wait wait = wait_of("do_epoll_wait", target_);
    EXPECT_EQ(wait.kind, WaitKind::epoll);
    EXPECT_FALSE(wait.fd || wait.watches);
}

TEST_F(HiddenCall, OfSeveralThreadsOneMayWaitForASetThatWasClosed) {
    EXPECT_FALSE(wait_of("do_epoll_wait", target_, 2).watches);
}

TEST_F(HiddenCall, OtherWaitsAskNoEpollSet) {
    for (const char *wchan : {"do_poll", "io_cqring_wait", "pipe_read", "futex_wait_queue", ""})
        EXPECT_FALSE(wait_of(wchan, target_).watches) << wchan;
}

TEST_F(HiddenCall, ASetThatCantBeReadIsUnknown) {
    target_.sets.clear();
    const facts::Wait wait = wait_of("do_epoll_wait", target_);
    EXPECT_EQ(wait.fd, epoll);
    EXPECT_FALSE(wait.watches);
}

} // namespace
} // namespace unwedge::procfs
