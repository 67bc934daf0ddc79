// SPDX-License-Identifier: GPL-2.0-only
#include "session/child.h"

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cerrno>

namespace unwedge::session {
namespace {

class ChildTest : public ::testing::Test {
  protected:
    Result<Child> fork(std::vector<std::string> argv) { return Child::fork(argv, {}, *signals_, {-1, -1}); }
    static int status_of(const Child &child) {
        int status = 0;
        EXPECT_EQ(::waitpid(child.pid(), &status, 0), child.pid());
        return status;
    }

    Result<Signals> signals_ = Signals::take();
};

TEST_F(ChildTest, RunsOnceItIsReleased) {
    Result<Child> child = fork({"sh", "-c", "exit 7"});
    ASSERT_TRUE(child);
    int status = 0;
    EXPECT_EQ(::waitpid(child->pid(), &status, WNOHANG), 0) << "it waits for the release";
    ASSERT_TRUE(child->release());
    EXPECT_EQ(WEXITSTATUS(status_of(*child)), 7);
}

TEST_F(ChildTest, TellsWhyItCouldNotExec) {
    Result<Child> missing = fork({"/no/such/program"});
    Result<void> done = missing->release();
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ENOENT);
    status_of(*missing);
    Result<Child> directory = fork({"/tmp"});
    done = directory->release();
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, EACCES);
    status_of(*directory);
}

TEST_F(ChildTest, EndsIfItIsNeverReleased) {
    facts::Pid pid = 0;
    {
        Result<Child> child = fork({"sleep", "1000"});
        pid = child->pid();
    }
    int status = 0;
    EXPECT_EQ(::waitpid(pid, &status, 0), pid);
    EXPECT_EQ(WEXITSTATUS(status), 125);
}

TEST_F(ChildTest, HasTheSignalsOfItsCallerNotOurs) {
    // Blocked and ignored signals as /proc tells them: nothing that Signals took may be left.
    Result<Child> child = fork({"sh", "-c",
                                "grep -Eq '^SigBlk:.0*$' /proc/self/status && "
                                "! grep -Eq '^SigIgn:.*[13579bdf]...$' /proc/self/status"});
    ASSERT_TRUE(child->release());
    EXPECT_EQ(WEXITSTATUS(status_of(*child)), 0);
}

} // namespace
} // namespace unwedge::session
