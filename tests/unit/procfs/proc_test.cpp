// SPDX-License-Identifier: GPL-2.0-only
#include "procfs/proc.h"

#include "fake_proc.h"
#include "procfs/process_table.h"

#include <cerrno>

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace unwedge::procfs {
namespace {

using Strings = std::vector<std::string>;

// The fields of a stat file behind the start time, as far as the CPU, and more.
#define STAT_END " 1000 2 18446744073709551615 1 2 3 4 5 0 0 0 0 0 0 0 17 3 0 0 0\n"
// Those behind the comm.
constexpr const char *stat_tail = " S 7 100 100 0 -1 4194560 1 2 3 4 250 50 30 20 20 0 12 0 987654" STAT_END;

TEST(Proc, ReadsTextBinarySafe) {
    const FakeProc fake;
    const std::string text("a\0b\xff\n", 5);
    fake.file("1/comm", text);
    EXPECT_EQ(*Proc(fake.root()).read_text("1/comm"), text);
}

TEST(Proc, OpensNothingButRegularFiles) {
    const FakeProc fake;
    fake.file("7/file", "text");
    fake.link("7/link", "file");
    fake.folder("7/folder");
    ASSERT_EQ(::mkfifo((fake.root() + "/7/fifo").c_str(), 0600), 0);
    const Proc proc(fake.root());
    const auto file = proc.open_file("7/file");
    const auto link = proc.open_file("7/link");
    ASSERT_TRUE(file && link);
    EXPECT_EQ(file->inode, link->inode);
    for (const char *other : {"7/folder", "7/fifo"}) {
        ASSERT_FALSE(proc.open_file(other)) << other;
        EXPECT_EQ(proc.open_file(other).error().code, ENOTSUP);
    }
    EXPECT_EQ(proc.open_file("7/nothing").error().code, ENOENT);
}

TEST(Proc, ReadsNoMoreThanTheLimit) {
    const FakeProc fake;
    fake.file("1/x", std::string(3'000'000, 'x'));
    const Proc proc(fake.root());
    EXPECT_EQ(proc.read_text("1/x")->size(), Proc::default_limit);
    EXPECT_EQ(proc.read_text("1/x", 10)->size(), 10U);
    EXPECT_EQ(proc.read_text("1/x", 0)->size(), 0U);
    EXPECT_EQ(proc.read_text("1/x", 4'000'000)->size(), 3'000'000U);
}

TEST(Proc, AVanishedProcessIsAnError) {
    const FakeProc fake;
    const Proc proc(fake.root());
    EXPECT_EQ(proc.read_text("4/stat").error().code, ENOENT);
    EXPECT_EQ(proc.argv(4).error().code, ENOENT);
    EXPECT_EQ(proc.comm(4).error().code, ENOENT);
    EXPECT_EQ(proc.fd_targets(4).error().code, ENOENT);
    EXPECT_EQ(proc.fd_target(4, 0).error().code, ENOENT);
    EXPECT_EQ(proc.threads(4).error().code, ENOENT);
    EXPECT_EQ(proc.stat(4).error().code, ENOENT);
    EXPECT_EQ(proc.stat(4, 4).error().code, ENOENT);
    EXPECT_EQ(proc.syscall(4, 4).error().code, ENOENT);
    EXPECT_NE(proc.stat(4).error().message.find("/4/stat"), std::string::npos);
}

TEST(Proc, SplitsArguments) {
    struct {
        std::string text;
        Strings argv;
    } const cases[] = {
        {"", {}}, // a kernel thread
        {std::string("python3\0-c\0\0", 12), {"python3", "-c", ""}},
        {std::string("a\0\0b\0", 5), {"a", "", "b"}},
        {"nginx: worker", {"nginx: worker"}}, // a title without its NUL
        {std::string("ray::IDLE\0\0\0\0\0\0", 15), {"ray::IDLE"}},
        {std::string("\0\0\0", 3), {}},
        {std::string("\0", 1), {""}},
        {std::string("x\0\xff\n\x1b[2J\0", 9), {"x", "\xff\n\x1b[2J"}},
    };
    for (const auto &[text, argv] : cases) {
        const FakeProc fake;
        fake.file("9/cmdline", text);
        EXPECT_EQ(*Proc(fake.root()).argv(9), argv) << text;
    }
}

TEST(Proc, BoundsHugeArguments) {
    const FakeProc fake;
    fake.file("1/cmdline", std::string(std::size_t{4} << 20, 'A'));
    fake.file("2/cmdline", std::string(std::size_t{4} << 20, '\0') + "x");
    std::string many;
    for (int i = 0; i < 100'000; ++i)
        many += std::string("a\0", 2);
    fake.file("3/cmdline", many);
    const Proc proc(fake.root());
    ASSERT_EQ(proc.argv(1)->size(), 1U);
    EXPECT_EQ(proc.argv(1)->front().size(), Proc::default_limit);
    EXPECT_TRUE(proc.argv(2)->empty());
    EXPECT_EQ(proc.argv(3)->size(), 16'384U);
}

TEST(Proc, ReadsComm) {
    const FakeProc fake;
    fake.file("1/comm", "beam.smp\n");
    fake.file("2/comm", "a\nb\n\n");
    fake.file("3/comm", "");
    const Proc proc(fake.root());
    EXPECT_EQ(*proc.comm(1), "beam.smp");
    EXPECT_EQ(*proc.comm(2), "a\nb\n"); // only the kernel's own newline goes
    EXPECT_EQ(*proc.comm(3), "");
}

TEST(Proc, ListsDescriptors) {
    const FakeProc fake;
    fake.link("5/fd/0", "/dev/null");
    fake.link("5/fd/9", "pipe:[9]");
    fake.link("5/fd/10", "socket:[123]");
    fake.link("5/fd/junk", "socket:[1]");
    fake.link("5/fd/99999999999", "socket:[2]");
    fake.link("5/fd/-1", "socket:[3]");
    fake.folder("6/fd");
    const Proc proc(fake.root());
    const std::map<int, std::string> expected{{0, "/dev/null"}, {9, "pipe:[9]"}, {10, "socket:[123]"}};
    EXPECT_EQ(*proc.fd_targets(5), expected);
    EXPECT_TRUE(proc.fd_targets(6)->empty());
    EXPECT_EQ(*proc.fd_target(5, 10), "socket:[123]");
}

TEST(Proc, ListsThreadsMainThreadFirst) {
    const FakeProc fake;
    for (const char *tid : {"32001", "40", "12", "x"})
        fake.folder(std::string("32001/task/") + tid);
    EXPECT_EQ(*Proc(fake.root()).threads(32001), (std::vector<Pid>{32001, 12, 40}));
}

TEST(Proc, ReadsStatOfProcessAndThread) {
    const FakeProc fake;
    fake.file("8/stat", std::string("8 (main)") + stat_tail);
    fake.file("8/task/9/stat", std::string("9 (worker)") + stat_tail);
    const Proc proc(fake.root());
    EXPECT_EQ(proc.stat(8)->comm, "main");
    EXPECT_EQ(proc.stat(8, 9)->comm, "worker");
}

TEST(Proc, ReadsItself) {
    const Proc proc;
    const Pid self = ::getpid();
    EXPECT_EQ(proc.stat(self)->ppid, ::getppid());
    EXPECT_EQ(proc.stat(self, self)->state, 'R');
    EXPECT_EQ(proc.threads(self)->front(), self);
    EXPECT_FALSE(proc.argv(self)->empty());
    EXPECT_EQ(proc.syscall(self, self)->number, SYS_read);
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const auto targets = proc.fd_targets(self);
    EXPECT_TRUE(targets->at(ends[0]).starts_with("pipe:["));
    EXPECT_EQ(targets->at(ends[0]), targets->at(ends[1]));
    ::close(ends[0]);
    ::close(ends[1]);
}

TEST(ParseStat, ReadsEveryField) {
    const auto stat = parse_stat(std::string("42 (redis-server)") + stat_tail);
    ASSERT_TRUE(stat);
    EXPECT_EQ(stat->comm, "redis-server");
    EXPECT_EQ(stat->state, 'S');
    EXPECT_EQ(stat->ppid, 7);
    EXPECT_EQ(stat->pgrp, 100);
    EXPECT_EQ(stat->session, 100);
    EXPECT_EQ(stat->utime, 250U);
    EXPECT_EQ(stat->stime, 50U);
    EXPECT_EQ(stat->cutime, 30U);
    EXPECT_EQ(stat->cstime, 20U);
    EXPECT_EQ(stat->num_threads, 12U);
    EXPECT_EQ(stat->starttime, 987654U);
    EXPECT_EQ(stat->cpu, 3);
    EXPECT_FALSE(stat->forked);
}

TEST(ParseStat, TellsWhoHasNotExecd) {
    const auto stat =
        parse_stat("42 (x) S 7 100 100 0 -1 4194368 1 2 3 4 250 50 30 20 20 0 12 0 987654" STAT_END);
    ASSERT_TRUE(stat);
    EXPECT_TRUE(stat->forked);
}

TEST(ParseStat, TellsKernelThreads) {
    const auto thread =
        parse_stat("12 (kworker/0:1) I 2 0 0 0 -1 69238880 1 2 3 4 0 5 0 0 20 0 1 0 12" STAT_END);
    ASSERT_TRUE(thread);
    EXPECT_TRUE(thread->kernel_thread);
    const auto process =
        parse_stat("12 (kthreadd) S 2 100 100 0 -1 4194304 1 2 3 4 250 50 30 20 20 0 12 0 987654" STAT_END);
    ASSERT_TRUE(process);
    EXPECT_FALSE(process->kernel_thread) << "the child of a pid 2 that is a process";
}

TEST(ParseStat, TakesAnyComm) {
    for (const char *comm : {"", " ", "a b", "x) R 1 2 3 4", "((", "))", "a\nb", ") S 7 (", "\xff\x1b[2J"}) {
        const auto stat = parse_stat("42 (" + std::string(comm) + ")" + stat_tail);
        ASSERT_TRUE(stat) << comm;
        EXPECT_EQ(stat->comm, comm);
        EXPECT_EQ(stat->ppid, 7);
        EXPECT_EQ(stat->starttime, 987654U);
    }
}

TEST(ParseStat, TakesOneThatExits) {
    const auto stat =
        parse_stat("42 (x) Z 7 -1 -1 0 -1 4194560 1 2 3 4 250 50 30 20 20 0 12 0 987654" STAT_END);
    ASSERT_TRUE(stat);
    EXPECT_EQ(stat->pgrp, -1);
}

TEST(ParseStat, RefusesWhatIsCutOff) {
    const std::string whole = std::string("42 (x)") + stat_tail;
    const std::size_t needed = whole.find(" 0 0 0\n");
    for (std::size_t length = 0; length <= needed; ++length)
        EXPECT_FALSE(parse_stat(std::string_view(whole).substr(0, length))) << length;
    EXPECT_TRUE(parse_stat(std::string_view(whole).substr(0, needed + 1)));
}

TEST(ParseStat, RefusesWhatIsNoNumber) {
    for (const char *tail : {
             " S -7 100 100 0 -1 4194560 1 2 3 4 250 50 30 20 20 0 12 0 987654" STAT_END,
             " S 99999999999 100 100 0 -1 4194560 1 2 3 4 250 50 30 20 20 0 12 0 987654" STAT_END,
             " S 7 100 100 0 -1 4194560 1 2 3 4 18446744073709551616 50 30 20 20 0 12 0 987654" STAT_END,
             " S 7 100 100 0 -1 4194560 1 2 3 4 250 x 30 20 20 0 12 0 987654" STAT_END,
             " S 7 100 100 0 -1 4194560 1 2 3 4 250 50 -1 20 20 0 12 0 987654" STAT_END,
             " SS 7 100 100 0 -1 4194560 1 2 3 4 250 50 30 20 20 0 12 0 987654" STAT_END,
         })
        EXPECT_FALSE(parse_stat("42 (x)" + std::string(tail))) << tail;
    EXPECT_FALSE(parse_stat(std::string("42 )x(") + stat_tail));
}

/// Opens nothing more as long as it lives.
class NoDescriptors {
  public:
    NoDescriptors() {
        ::getrlimit(RLIMIT_NOFILE, &before_);
        rlimit none = before_;
        none.rlim_cur = 0;
        ::setrlimit(RLIMIT_NOFILE, &none);
    }
    NoDescriptors(const NoDescriptors &) = delete;
    NoDescriptors &operator=(const NoDescriptors &) = delete;
    ~NoDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }

  private:
    rlimit before_{};
};

TEST(Proc, WhatFindsNoDescriptorIsCounted) {
    const Proc proc;
    EXPECT_FALSE(proc.stat(0)) << "there is no such process, which is no shortage";
    EXPECT_EQ(proc.shortages(), 0U);
    {
        const NoDescriptors none;
        const Result<Stat> stat = proc.stat(::getpid());
        ASSERT_FALSE(stat);
        EXPECT_EQ(stat.error().code, EMFILE);
        const Result<ProcessTable> table = read_processes(proc);
        ASSERT_FALSE(table) << "a table without those that could not be read would tell that they have ended";
        EXPECT_TRUE(is_shortage(table.error()));
    }
    EXPECT_EQ(proc.shortages(), 2U);
    EXPECT_TRUE(proc.stat(::getpid()));
}

} // namespace
} // namespace unwedge::procfs
