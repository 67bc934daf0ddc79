// SPDX-License-Identifier: GPL-2.0-only
#include "procfs/wait_decoder.h"

#include "fake_target.h"

#include <fcntl.h>
#include <linux/futex.h>
#include <linux/io_uring.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <gtest/gtest.h>

namespace unwedge::procfs {
namespace {

using facts::Timeout;
using facts::Wait;
using facts::WaitKind;
using std::chrono::seconds;

constexpr std::uint64_t at = 0x1000;

class DecodeWait : public testing::Test {
  protected:
    Wait decode(long number, std::array<std::uint64_t, 6> args = {}) {
        return decode_wait({number, args}, target, seconds(1'000));
    }

    FakeTarget target;
};

TEST_F(DecodeWait, ARunningThreadWaitsForNothing) {
    const Wait wait = decode(-1);
    EXPECT_EQ(wait.kind, WaitKind::none);
    EXPECT_EQ(wait.call, "");
    EXPECT_FALSE(wait.watches);
}

TEST_F(DecodeWait, AStrangeCallIsToldByNumber) {
    const Wait wait = decode(4711);
    EXPECT_EQ(wait.kind, WaitKind::other);
    EXPECT_EQ(wait.call, "syscall 4711");
    EXPECT_EQ(wait.timeout, Timeout::unknown());
    EXPECT_EQ(decode(-5).call, "syscall -5");
}

TEST_F(DecodeWait, ARestartedCallIsUnknown) {
    const Wait wait = decode(SYS_restart_syscall);
    EXPECT_EQ(wait.kind, WaitKind::unknown);
    EXPECT_EQ(wait.call, "restart_syscall");
    EXPECT_EQ(wait.timeout, Timeout::unknown());
}

TEST_F(DecodeWait, Epoll) {
    target.links[5] = "socket:[77]";
    target.put_timer(6, {false, seconds(2)});
    target.put_set(3, {{5, 0x40000019, 77}, {6, EPOLLIN, 1038}});
    const Wait wait = decode(SYS_epoll_pwait, {3, 0, 64, 86'400'000});
    EXPECT_EQ(wait.kind, WaitKind::epoll);
    EXPECT_EQ(wait.call, "epoll_wait");
    EXPECT_EQ(wait.fd, 3);
    EXPECT_EQ(wait.timeout, Timeout::after(seconds(86'400)));
    EXPECT_EQ(wait.timerfd, seconds(2));
    ASSERT_TRUE(wait.watches);
    EXPECT_EQ(wait.watches->size(), 2U);
}

TEST_F(DecodeWait, AnUnreadableSetIsUnknown) {
    const Wait wait = decode(SYS_epoll_pwait, {UINT64_MAX, 0, 64, UINT64_MAX});
    EXPECT_EQ(wait.kind, WaitKind::epoll);
    EXPECT_EQ(wait.fd, -1);
    EXPECT_EQ(wait.timeout, Timeout::never());
    EXPECT_FALSE(wait.watches);
}

TEST_F(DecodeWait, APollOfNothingForEverIsAPause) {
    const Wait pause = decode(SYS_ppoll, {0, 0, 0});
    EXPECT_EQ(pause.kind, WaitKind::signal);
    EXPECT_EQ(pause.call, "pause");
    EXPECT_EQ(pause.timeout, Timeout::never());
    EXPECT_FALSE(pause.watches);
    EXPECT_EQ(decode(SYS_ppoll, {0, 0, at}).kind, WaitKind::poll);
}

TEST_F(DecodeWait, PollAndSelect) {
    target.put(at, std::vector<pollfd>{{4, POLLIN, 0}});
    const Wait poll = decode(SYS_ppoll, {at, 0xdead00000001, 0}); // a count of 1: it is 32 bits wide
    EXPECT_EQ(poll.kind, WaitKind::poll);
    EXPECT_EQ(poll.call, "poll");
    EXPECT_FALSE(poll.fd);
    ASSERT_TRUE(poll.watches);
    EXPECT_EQ(poll.watches->at(0).fd, 4);

    target.put(at, std::vector<std::uint64_t>{1 << 4});
    const Wait select = decode(SYS_pselect6, {5, 0, at});
    EXPECT_EQ(select.kind, WaitKind::select);
    EXPECT_EQ(select.timeout, Timeout::never());
    ASSERT_TRUE(select.watches);
    EXPECT_TRUE(select.watches->at(0).write);
}

TEST_F(DecodeWait, IoUringWaitsOnlyForEvents) {
    const Wait wait = decode(SYS_io_uring_enter, {3, 1, 1, IORING_ENTER_GETEVENTS});
    EXPECT_EQ(wait.kind, WaitKind::io_uring);
    EXPECT_EQ(wait.timeout, Timeout::never());
    EXPECT_FALSE(wait.watches); // its requests are its own
    EXPECT_EQ(decode(SYS_io_uring_enter, {3, 1, 1, IORING_ENTER_SQ_WAIT}).kind, WaitKind::other);
    EXPECT_EQ(decode(SYS_io_getevents, {3, 1, 1}).kind, WaitKind::io_uring);
}

TEST_F(DecodeWait, OneDescriptor) {
    const struct {
        long number;
        WaitKind kind;
        const char *call;
    } cases[] = {
        {SYS_read, WaitKind::read, "read"},
        {SYS_readv, WaitKind::read, "read"},
        {SYS_pread64, WaitKind::read, "read"},
        {SYS_preadv2, WaitKind::read, "read"},
        {SYS_recvfrom, WaitKind::read, "recv"},
        {SYS_recvmsg, WaitKind::read, "recv"},
        {SYS_recvmmsg, WaitKind::read, "recv"},
        {SYS_splice, WaitKind::read, "splice"},
        {SYS_tee, WaitKind::read, "tee"},
        {SYS_mq_timedreceive, WaitKind::read, "mq_receive"},
        {SYS_write, WaitKind::write, "write"},
        {SYS_writev, WaitKind::write, "write"},
        {SYS_sendto, WaitKind::write, "send"},
        {SYS_sendmsg, WaitKind::write, "send"},
        {SYS_sendmmsg, WaitKind::write, "send"},
        {SYS_sendfile, WaitKind::write, "sendfile"},
        {SYS_accept, WaitKind::accept, "accept"},
        {SYS_accept4, WaitKind::accept, "accept"},
        {SYS_connect, WaitKind::connect, "connect"},
        {SYS_flock, WaitKind::file_lock, "flock"},
    };
    for (const auto &[number, kind, call] : cases) {
        const Wait wait = decode(number, {0xffffffff00000007});
        EXPECT_EQ(wait.kind, kind) << call;
        EXPECT_EQ(wait.call, call);
        EXPECT_EQ(wait.fd, 7);
        EXPECT_EQ(wait.timeout, Timeout::never());
        EXPECT_FALSE(wait.watches);
        EXPECT_FALSE(wait.timerfd);
    }
}

TEST_F(DecodeWait, ReadingATimerEnds) {
    target.put_timer(7, {false, seconds(3)});
    EXPECT_EQ(decode(SYS_read, {7}).timerfd, seconds(3));
    EXPECT_FALSE(decode(SYS_write, {7}).timerfd);
}

TEST_F(DecodeWait, FileLocksWaitOnlyWhenAskedTo) {
    EXPECT_EQ(decode(SYS_flock, {7, LOCK_EX}).kind, WaitKind::file_lock);
    EXPECT_EQ(decode(SYS_flock, {7, LOCK_EX | LOCK_NB}).kind, WaitKind::other);
    EXPECT_EQ(decode(SYS_fcntl, {7, F_SETLKW}).kind, WaitKind::file_lock);
    EXPECT_EQ(decode(SYS_fcntl, {7, F_OFD_SETLKW}).fd, 7);
    EXPECT_EQ(decode(SYS_fcntl, {7, F_SETLK}).kind, WaitKind::other);
    EXPECT_EQ(decode(SYS_fcntl, {7, F_SETLK}).call, "fcntl");
    EXPECT_FALSE(decode(SYS_fcntl, {7, F_GETFL}).fd);
}

TEST_F(DecodeWait, Children) {
    EXPECT_EQ(decode(SYS_wait4, {42}).kind, WaitKind::child);
    EXPECT_EQ(decode(SYS_wait4, {42}).on, 42);
    EXPECT_EQ(decode(SYS_wait4, {UINT64_MAX}).on, std::nullopt);
    EXPECT_EQ(decode(SYS_wait4, {static_cast<std::uint64_t>(-42)}).on, std::nullopt); // a process group
    EXPECT_EQ(decode(SYS_wait4, {42, 0, WNOHANG}).kind, WaitKind::other);
    EXPECT_EQ(decode(SYS_waitid, {P_ALL, 42}).on, std::nullopt);
    EXPECT_EQ(decode(SYS_waitid, {P_PID, 42}).on, 42);
    EXPECT_EQ(decode(SYS_waitid, {P_PGID, 42}).on, std::nullopt);
    EXPECT_EQ(decode(SYS_waitid, {P_PID, 42, 0, WEXITED | WNOHANG}).kind, WaitKind::other);
    target.pidfds[9] = 43;
    EXPECT_EQ(decode(SYS_waitid, {P_PIDFD, 9}).on, 43);
    EXPECT_EQ(decode(SYS_waitid, {P_PIDFD, 8}).on, std::nullopt);
    target.same_pid_namespace = false;
    EXPECT_EQ(decode(SYS_wait4, {42}).on, std::nullopt);
    EXPECT_EQ(decode(SYS_waitid, {P_PIDFD, 9}).on, 43);
}

TEST_F(DecodeWait, SleepsAndSignals) {
    target.put(at, std::vector<std::int64_t>{5, 0});
    const Wait sleep = decode(SYS_clock_nanosleep, {CLOCK_MONOTONIC, 0, at});
    EXPECT_EQ(sleep.kind, WaitKind::sleep);
    EXPECT_EQ(sleep.call, "nanosleep");
    EXPECT_EQ(sleep.timeout, Timeout::after(seconds(5)));
    EXPECT_EQ(decode(SYS_rt_sigsuspend).kind, WaitKind::signal);
    EXPECT_EQ(decode(SYS_rt_sigtimedwait, {0, 0, at}).timeout, Timeout::after(seconds(5)));
}

TEST_F(DecodeWait, SystemVCalls) {
    EXPECT_EQ(decode(SYS_semop).kind, WaitKind::lock);
    EXPECT_EQ(decode(SYS_semop).on, std::nullopt);
    EXPECT_EQ(decode(SYS_msgrcv).kind, WaitKind::other);
    EXPECT_EQ(decode(SYS_msgrcv).call, "msgrcv");
    EXPECT_EQ(decode(SYS_msgrcv).timeout, Timeout::never());
}

TEST_F(DecodeWait, GlibcMutexesNameTheirOwner) {
    target.threads = {100, 101};
    const auto wait = [&](std::uint64_t operation, std::uint64_t value) {
        return decode(SYS_futex, {at, operation, value});
    };
    target.put(at, std::vector<std::int32_t>{2, 1, 101});
    EXPECT_EQ(wait(FUTEX_WAIT_PRIVATE, 2).kind, WaitKind::lock);
    EXPECT_EQ(wait(FUTEX_WAIT_PRIVATE, 2).on, 101);
    EXPECT_EQ(wait(FUTEX_WAIT, 2).on, 101);
    EXPECT_EQ(wait(FUTEX_WAIT, 1).on, std::nullopt);
    EXPECT_EQ(wait(FUTEX_WAIT_BITSET, 2).on, std::nullopt);

    const std::vector<std::int32_t> untold[] = {
        {0, 0, 101},          // unlocked meanwhile
        {2, 1, 102},          // no thread of that number
        {2, 1, 0},            // not a mutex
        {2, 1, -101}, {2, 1}, // the mapping ends
    };
    for (const auto &mutex : untold) {
        target.put(at, mutex);
        EXPECT_EQ(wait(FUTEX_WAIT, 2).on, std::nullopt) << mutex.size() << " " << mutex[0];
    }
    target.put(at, std::vector<std::int32_t>{2, 1, 101});
    target.same_pid_namespace = false;
    EXPECT_EQ(wait(FUTEX_WAIT, 2).on, std::nullopt);
}

TEST_F(DecodeWait, AFutexTellsWhereItsLockLies) {
    target.shared_memory[at] = "00:1a:302";
    EXPECT_EQ(decode(SYS_futex, {at, FUTEX_WAIT, 2, 0}).lock_memory, "00:1a:302");
    EXPECT_EQ(decode(SYS_futex, {at + 8, FUTEX_WAIT, 2, 0}).lock_memory, "");
    EXPECT_EQ(decode(SYS_futex, {at, FUTEX_WAIT | FUTEX_PRIVATE_FLAG, 2, 0}).lock_memory, "");
}

TEST_F(DecodeWait, ACallTellsWhoseDoingEndsIt) {
    target.links = {{4, "socket:[7]"}, {5, "/dev/pts/0"}};
    EXPECT_EQ(decode(SYS_read, {4, at, 10}).source, facts::Source::channel);
    EXPECT_EQ(decode(SYS_read, {5, at, 10}).source, facts::Source::unknown);
}

TEST_F(DecodeWait, PriorityInheritanceFutexesHoldTheOwner) {
    target.put(at, std::vector<std::uint32_t>{FUTEX_WAITERS | 77});
    EXPECT_EQ(decode(SYS_futex, {at, FUTEX_LOCK_PI_PRIVATE}).on, 77);
    EXPECT_EQ(decode(SYS_futex, {at, FUTEX_LOCK_PI2}).on, 77);
    target.put(at, std::vector<std::uint32_t>{FUTEX_WAITERS});
    EXPECT_EQ(decode(SYS_futex, {at, FUTEX_LOCK_PI}).on, std::nullopt);
    EXPECT_EQ(decode(SYS_futex, {0x9000, FUTEX_LOCK_PI}).on, std::nullopt);
}

TEST_F(DecodeWait, WakingIsNotWaiting) {
    const Wait wait = decode(SYS_futex, {at, FUTEX_WAKE_PRIVATE, 1});
    EXPECT_EQ(wait.kind, WaitKind::other);
    EXPECT_EQ(wait.call, "futex");
}

TEST_F(DecodeWait, NoFrameIsTooHostile) {
    for (const std::uint64_t word :
         {UINT64_MAX, UINT64_MAX / 2, UINT64_MAX / 2 + 1, std::uint64_t{0xffffffff}})
        for (long number = -2; number < 512; ++number) {
            const Wait wait = decode(number, {word, word, word, word, word, word});
            EXPECT_FALSE(wait.watches && !wait.watches->empty());
            EXPECT_GE(wait.timeout.length, Nanos::zero());
        }
}

} // namespace
} // namespace unwedge::procfs
