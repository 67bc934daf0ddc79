// SPDX-License-Identifier: GPL-2.0-only
#include "procfs/own_proc.h"

#include "fake_proc.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

namespace unwedge::procfs {
namespace {

std::string status(const std::string &numbers) {
    return "Name:\tx\nPid:\t1\nNStgid:\t5\t1\nNSpid:\t" + numbers + "\nNSpgid:\t7\n";
}

TEST(OwnProc, IsTheUsualOneWhereThatShowsUs) {
    EXPECT_TRUE(is_own(Proc()));
    const Result<Proc> proc = own_proc();
    ASSERT_TRUE(proc);
    EXPECT_EQ(proc->stat(::getpid())->ppid, ::getppid());
}

TEST(OwnProc, OneWithOtherNumbersIsNot) {
    const auto self = static_cast<int>(::getpid());
    for (const auto &[numbers, own] : {std::pair{fmt::format("{}", self), true},
                                       {fmt::format("{}\t{}", self, self), false},
                                       {fmt::format("{}\t{}", self + 1, self), false},
                                       {fmt::format("{}", self + 1), false},
                                       {"", false}}) {
        const FakeProc fake;
        fake.file("self/status", status(numbers));
        EXPECT_EQ(is_own(Proc(fake.root())), own) << numbers;
    }
    EXPECT_FALSE(is_own(Proc(FakeProc().root())));
    EXPECT_FALSE(is_own(Proc::none()));
}

/// Runs in the first process of a new pid namespace, where /proc is still the outer one.
int look_from_inside() {
    if (is_own(Proc()))
        return 2;
    const Result<Proc> proc = own_proc();
    if (!proc)
        return 3;
    const Result<std::vector<Pid>> threads = proc->threads(1);
    return threads && *threads == std::vector<Pid>{1} && is_own(*proc) && !proc->stat(2) ? 0 : 4;
}

TEST(OwnProc, IsMountedWhereTheUsualOneShowsOthers) {
    if (::geteuid() != 0)
        GTEST_SKIP() << "only root can make a pid namespace";
    const pid_t outer = ::fork();
    if (outer == 0) {
        if (::unshare(CLONE_NEWPID))
            ::_exit(5);
        const pid_t inner = ::fork();
        if (inner == 0)
            ::_exit(look_from_inside());
        int ended = 0;
        ::waitpid(inner, &ended, 0);
        ::_exit(WEXITSTATUS(ended));
    }
    int ended = 0;
    ASSERT_EQ(::waitpid(outer, &ended, 0), outer);
    EXPECT_EQ(WEXITSTATUS(ended), 0);
}

} // namespace
} // namespace unwedge::procfs
