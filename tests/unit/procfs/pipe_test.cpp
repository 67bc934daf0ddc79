// SPDX-License-Identifier: GPL-2.0-only
#include "procfs/pipe.h"

#include "children.h"
#include "util/fd.h"

#include <gtest/gtest.h>

#include <array>
#include <cerrno>
#include <sys/stat.h>
#include <unistd.h>

namespace unwedge::procfs {
namespace {

struct Pipe {
    Pipe() {
        std::array<int, 2> ends{};
        EXPECT_EQ(::pipe(ends.data()), 0);
        reading = Fd(ends[0]);
        writing = Fd(ends[1]);
    }
    std::uint64_t inode() const {
        struct stat status {};
        EXPECT_EQ(::fstat(reading.get(), &status), 0);
        return status.st_ino;
    }
    Fd reading;
    Fd writing;
};

TEST(PipeUnread, CountsBytesByEitherSideAndTakesNone) {
    const Pipe pipe;
    EXPECT_EQ(*pipe_unread(::getpid(), pipe.reading.get(), pipe.inode()), 0U);
    ASSERT_EQ(::write(pipe.writing.get(), "hello", 5), 5);
    for (int again = 0; again < 2; ++again) {
        EXPECT_EQ(*pipe_unread(::getpid(), pipe.reading.get(), pipe.inode()), 5U);
        EXPECT_EQ(*pipe_unread(::getpid(), pipe.writing.get(), pipe.inode()), 5U);
    }
}

TEST(PipeUnread, AsksNoOtherFile) {
    const Pipe pipe;
    EXPECT_EQ(pipe_unread(::getpid(), pipe.reading.get(), pipe.inode() + 1).error().code, EBADF);
    EXPECT_EQ(pipe_unread(::getpid(), STDERR_FILENO, pipe.inode()).error().code, EBADF);
    EXPECT_EQ(pipe_unread(::getpid(), 1'000'000, pipe.inode()).error().code, EBADF);
}

/// The child is the only writer: once it is gone, so is the pipe's other side, though it was looked at.
TEST(PipeUnread, DoesNotHoldBackTheEndOfFile) {
    Pipe pipe;
    Child child(sleep_for_ever);
    const Pid pid = child.pid();
    const int fd = pipe.writing.get();
    pipe.writing.reset();
    EXPECT_EQ(*pipe_unread(pid, fd, pipe.inode()), 0U);
    child.end();
    char byte = 0;
    EXPECT_EQ(::read(pipe.reading.get(), &byte, 1), 0);
    EXPECT_EQ(pipe_unread(pid, fd, pipe.inode()).error().code, ESRCH);
}

} // namespace
} // namespace unwedge::procfs
