// SPDX-License-Identifier: GPL-2.0-only
#include "procfs/timeouts.h"

#include "fake_target.h"

#include <linux/futex.h>
#include <linux/io_uring.h>
#include <sys/syscall.h>

#include <gtest/gtest.h>

namespace unwedge::procfs {
namespace {

using facts::Timeout;
using std::chrono::milliseconds;
using std::chrono::seconds;
using Time = std::vector<std::int64_t>;

constexpr Nanos now = seconds(1'000);          // CLOCK_MONOTONIC
constexpr Nanos wall = seconds(1'800'000'000); // CLOCK_REALTIME
constexpr std::uint64_t at = 0x1000;

class Timeouts : public testing::Test {
  protected:
    Timeouts() { target.clocks = {{CLOCK_MONOTONIC, now}, {CLOCK_REALTIME, wall}}; }

    /// With the two words of `time`, where there are any, in memory at `at`.
    Timeout decode(SyscallFrame frame, const Time &time = {}) {
        if (!time.empty())
            target.put(at, time);
        return decode_timeout(frame, *find_syscall(frame.number), target, now);
    }

    FakeTarget target;
};

TEST_F(Timeouts, Milliseconds) {
    const auto epoll = [&](std::uint64_t timeout) { return decode({SYS_epoll_pwait, {3, 0, 64, timeout}}); };
    EXPECT_EQ(epoll(86'400'000), Timeout::after(seconds(86'400))); // trio's "no timer"
    EXPECT_EQ(epoll(0), Timeout::after({}));
    EXPECT_EQ(epoll(0xffffffff), Timeout::never());
    EXPECT_EQ(epoll(UINT64_MAX), Timeout::never());
    EXPECT_EQ(epoll(0x1234567800000005),
              Timeout::after(milliseconds(5))); // an int: the upper half is nobody's
    EXPECT_EQ(epoll(0x7fffffff), Timeout::after(milliseconds(0x7fffffff)));
}

TEST_F(Timeouts, LengthsBehindPointers) {
    const SyscallFrame ppoll{SYS_ppoll, {0, 0, at}};
    EXPECT_EQ(decode(ppoll), Timeout::unknown()); // nothing mapped there
    EXPECT_EQ(decode(ppoll, {3, 500'000'000}), Timeout::after(milliseconds(3'500)));
    EXPECT_EQ(decode(ppoll, {7}), Timeout::unknown()); // half of it mapped
    EXPECT_EQ(decode(ppoll, {-1, 0}), Timeout::unknown());
    EXPECT_EQ(decode(ppoll, {0, -1}), Timeout::unknown());
    EXPECT_EQ(decode(ppoll, {INT64_MIN, INT64_MIN}), Timeout::unknown());
    EXPECT_EQ(decode(ppoll, {INT64_MAX, INT64_MAX}), Timeout::never());
    EXPECT_EQ(decode(ppoll, {0, INT64_MAX}), Timeout::never());
    EXPECT_EQ(decode(ppoll, {9'223'372'036, 0}), Timeout::never());
    EXPECT_EQ(decode({SYS_ppoll, {0, 0, 0}}), Timeout::never());

    EXPECT_EQ(decode({SYS_pselect6, {0, 0, 0, 0, at}}, {1, 1}), Timeout::after(seconds(1) + Nanos(1)));
    EXPECT_EQ(decode({SYS_nanosleep, {at}}, {5, 0}), Timeout::after(seconds(5)));
    EXPECT_EQ(decode({SYS_rt_sigtimedwait, {0, 0, at}}, {5, 0}), Timeout::after(seconds(5)));
    EXPECT_EQ(decode({SYS_semtimedop, {0, 0, 0, at}}, {5, 0}), Timeout::after(seconds(5)));
    EXPECT_EQ(decode({SYS_io_getevents, {0, 0, 0, 0, at}}, {5, 0}), Timeout::after(seconds(5)));
#ifdef SYS_epoll_pwait2
    EXPECT_EQ(decode({SYS_epoll_pwait2, {3, 0, 64, at}}, {5, 0}), Timeout::after(seconds(5)));
#endif
}

#ifdef SYS_select
TEST_F(Timeouts, Timeval) {
    EXPECT_EQ(decode({SYS_select, {0, 0, 0, 0, at}}, {1, 2'500'000}), Timeout::after(milliseconds(3'500)));
    EXPECT_EQ(decode({SYS_select, {0, 0, 0, 0, at}}, {1, INT64_MAX}), Timeout::never());
    EXPECT_EQ(decode({SYS_select, {}}), Timeout::never());
}
#endif

TEST_F(Timeouts, ClockNanosleep) {
    const auto sleep = [&](clockid_t clock, int flags, const Time &time) {
        return decode(
            {SYS_clock_nanosleep, {static_cast<std::uint64_t>(clock), static_cast<std::uint64_t>(flags), at}},
            time);
    };
    EXPECT_EQ(sleep(CLOCK_MONOTONIC, 0, {5, 0}), Timeout::after(seconds(5)));
    EXPECT_EQ(sleep(CLOCK_REALTIME, 0, {5, 0}), Timeout::after(seconds(5)));
    EXPECT_EQ(sleep(CLOCK_MONOTONIC, TIMER_ABSTIME, {1'005, 0}), Timeout::left(seconds(5)));
    EXPECT_EQ(sleep(CLOCK_REALTIME, TIMER_ABSTIME, {1'800'000'005, 0}), Timeout::left(seconds(5)));
    EXPECT_EQ(sleep(CLOCK_MONOTONIC, TIMER_ABSTIME, {5, 0}), Timeout::left({}));
    EXPECT_EQ(sleep(CLOCK_MONOTONIC, TIMER_ABSTIME, {INT64_MAX, 0}), Timeout::never());
    EXPECT_EQ(sleep(CLOCK_MONOTONIC, TIMER_ABSTIME, {-5, 0}), Timeout::unknown());
    EXPECT_EQ(sleep(CLOCK_PROCESS_CPUTIME_ID, 0, {5, 0}), Timeout::unknown());
    EXPECT_EQ(sleep(CLOCK_PROCESS_CPUTIME_ID, TIMER_ABSTIME, {5, 0}), Timeout::unknown());
    EXPECT_EQ(sleep(-77, TIMER_ABSTIME, {5, 0}), Timeout::unknown());
}

TEST_F(Timeouts, Futex) {
    const auto futex = [&](unsigned operation, const Time &time) {
        return decode({SYS_futex, {0x2000, operation, 0, at}}, time);
    };
    EXPECT_EQ(futex(FUTEX_WAIT_PRIVATE, {5, 0}), Timeout::after(seconds(5)));
    EXPECT_EQ(futex(FUTEX_WAIT | FUTEX_CLOCK_REALTIME, {5, 0}), Timeout::after(seconds(5)));
    EXPECT_EQ(futex(FUTEX_WAIT_BITSET_PRIVATE, {1'005, 0}), Timeout::left(seconds(5)));
    EXPECT_EQ(futex(FUTEX_WAIT_BITSET_PRIVATE | FUTEX_CLOCK_REALTIME, {1'800'000'005, 0}),
              Timeout::left(seconds(5)));
    EXPECT_EQ(futex(FUTEX_WAIT_REQUEUE_PI, {1'005, 0}), Timeout::left(seconds(5)));
    EXPECT_EQ(futex(FUTEX_LOCK_PI, {1'800'000'005, 0}), Timeout::left(seconds(5)));
    EXPECT_EQ(futex(FUTEX_LOCK_PI2, {1'005, 0}), Timeout::left(seconds(5)));
    EXPECT_EQ(futex(FUTEX_WAKE, {5, 0}), Timeout::unknown());
    EXPECT_EQ(decode({SYS_futex, {0x2000, FUTEX_WAIT, 0, 0}}), Timeout::never());
    EXPECT_EQ(decode({SYS_futex, {0x2000, FUTEX_WAIT_BITSET, 0, 0}}), Timeout::never());
#ifdef SYS_futex_waitv
    EXPECT_EQ(decode({SYS_futex_waitv, {0x2000, 1, 0, at, CLOCK_MONOTONIC}}, {1'005, 0}),
              Timeout::left(seconds(5)));
    EXPECT_EQ(decode({SYS_futex_waitv, {0x2000, 1, 0, at, CLOCK_REALTIME}}, {1'800'000'005, 0}),
              Timeout::left(seconds(5)));
    EXPECT_EQ(decode({SYS_futex_waitv, {0x2000, 1, 0, at, 12345}}, {5, 0}), Timeout::unknown());
    EXPECT_EQ(decode({SYS_futex_waitv, {0x2000, 1}}), Timeout::never());
#endif
}

TEST_F(Timeouts, MessageQueuesCountInWallTime) {
    EXPECT_EQ(decode({SYS_mq_timedreceive, {3, 0, 0, 0, at}}, {1'800'000'005, 0}), Timeout::left(seconds(5)));
    target.clocks.clear();
    EXPECT_EQ(decode({SYS_mq_timedreceive, {3, 0, 0, 0, at}}, {1'800'000'005, 0}), Timeout::unknown());
    EXPECT_EQ(decode({SYS_mq_timedsend, {3}}), Timeout::never());
}

TEST_F(Timeouts, IoUring) {
    const auto enter = [&](std::uint64_t flags, std::uint64_t argument) {
        return decode({SYS_io_uring_enter, {3, 0, 1, flags, argument, sizeof(io_uring_getevents_arg)}});
    };
    target.put(at, Time{5, 0});
    io_uring_getevents_arg argument{};
    argument.ts = at;
    target.put(0x3000, std::vector{argument});
    argument.ts = 0;
    target.put(0x4000, std::vector{argument});
    const std::uint64_t extended = IORING_ENTER_GETEVENTS | IORING_ENTER_EXT_ARG;
    EXPECT_EQ(enter(extended, 0x3000), Timeout::after(seconds(5)));
    EXPECT_EQ(enter(extended, 0x4000), Timeout::never());
    EXPECT_EQ(enter(extended, 0x9000), Timeout::unknown());
    EXPECT_EQ(enter(IORING_ENTER_GETEVENTS, 0x3000), Timeout::never()); // the argument is a signal mask
    EXPECT_EQ(enter(extended | 1U << 5, 0x3000), Timeout::unknown());   // absolute, by the ring's clock
    EXPECT_EQ(enter(extended | 1U << 6, 0x3000), Timeout::unknown());   // in a registered region
}

TEST_F(Timeouts, BlockingCallsHaveNone) {
    for (const long number : {SYS_read, SYS_recvfrom, SYS_write, SYS_accept4, SYS_connect, SYS_flock,
                              SYS_wait4, SYS_rt_sigsuspend, SYS_recvmmsg})
        EXPECT_EQ(decode({number, {at, at, at, at, at, at}}, {5, 0}), Timeout::never()) << number;
    EXPECT_EQ(decode({SYS_restart_syscall, {}}), Timeout::unknown());
}

} // namespace
} // namespace unwedge::procfs
