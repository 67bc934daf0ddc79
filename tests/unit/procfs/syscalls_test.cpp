// SPDX-License-Identifier: GPL-2.0-only
#include "procfs/syscalls.h"

#include <string>

#include <sys/syscall.h>

#include <gtest/gtest.h>

namespace unwedge::procfs {
namespace {

TEST(ParseSyscall, ReadsASleepersCall) {
    const auto frame =
        parse_syscall("232 0x3 0x7f10508b7000 0x100 0x5265c00 0xffffffffffffffff 0x0 0x7ffe935acae8 "
                      "0x7f1050a312ad\n");
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->number, 232);
    EXPECT_EQ(frame->args,
              (std::array<std::uint64_t, 6>{3, 0x7f10508b7000, 0x100, 86'400'000, UINT64_MAX, 0}));
    EXPECT_EQ(frame->sp, 0x7ffe935acae8U);
    EXPECT_EQ(frame->pc, 0x7f1050a312adU);
}

TEST(ParseSyscall, ARunningThreadIsInNone) {
    EXPECT_EQ(parse_syscall("running\n")->number, -1);
    EXPECT_EQ(parse_syscall("running\n")->pc, 0U);
    EXPECT_EQ(parse_syscall("-1 0x7ffe935acae8 0x7f1050a312ad\n")->number, -1);
    EXPECT_EQ(parse_syscall("-1 0x7ffe935acae8 0x7f1050a312ad\n")->sp, 0x7ffe935acae8U);
}

TEST(ParseSyscall, RefusesGarbage) {
    for (const char *text :
         {"", "\n", "x", "run", "0x10 0x1 0x2 0x3 0x4 0x5 0x6 0x7 0x8", "-2 0x1 0x2", "7", "7 1 2",
          "7 0x1 0x2 0x3 0x4 0x5", "-1", "-1 0x1", "-1 0x1 x", "7 0x1 0x2 0x3 0x4 0x5 0x6",
          "7 0x1 0x2 0x3 0x4 0x5 0xg 0x7 0x8", "7 0x1 0x2 0x3 0x4 0x5 0x 0x7 0x8",
          "7 0x1 0x2 0x3 0x4 0x5 0x10000000000000000 0x7 0x8",
          "99999999999999999999 0x1 0x2 0x3 0x4 0x5 0x6 0x7 0x8"})
        EXPECT_FALSE(parse_syscall(text)) << text;
}

TEST(FindSyscall, VariantsShareAName) {
    EXPECT_EQ(find_syscall(SYS_epoll_pwait)->name, "epoll_wait");
    EXPECT_EQ(find_syscall(SYS_ppoll)->name, "poll");
    EXPECT_EQ(find_syscall(SYS_pselect6)->name, "select");
    EXPECT_EQ(find_syscall(SYS_accept4)->name, "accept");
    EXPECT_EQ(find_syscall(SYS_recvmsg)->name, find_syscall(SYS_recvfrom)->name);
}

TEST(FindSyscall, StrangersAreNotFound) {
    for (const long number : {-2L, -1L, 100'000L, static_cast<long>(SYS_getpid)})
        EXPECT_EQ(find_syscall(number), nullptr) << number;
}

TEST(FindSyscall, EveryRowIsInRange) {
    for (long number = 0; number < 1024; ++number)
        if (const Syscall *call = find_syscall(number)) {
            EXPECT_EQ(call->number, number);
            EXPECT_LT(call->fd_argument, 6);
            EXPECT_LT(call->timeout_argument, call->timeout == TimeoutRule::deadline ? 5 : 6);
        }
}

} // namespace
} // namespace unwedge::procfs
