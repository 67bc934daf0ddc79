// SPDX-License-Identifier: GPL-2.0-only
#include "reap/prey.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <csignal>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

namespace unwedge::reap {
namespace {

/// A child that sleeps until it is ended.
class Sleeper {
  public:
    Sleeper() : pid_(::fork()) {
        if (pid_ == 0)
            for (;;)
                ::pause();
    }
    Sleeper(const Sleeper &) = delete;
    Sleeper &operator=(const Sleeper &) = delete;
    ~Sleeper() {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }
    pid_t pid() const { return pid_; }

  private:
    pid_t pid_;
};

TEST(Prey, EndsByTheSignalItIsSent) {
    const Sleeper sleeper;
    const procfs::Proc proc;
    const Result<Prey> prey = Prey::of(sleeper.pid(), *proc.stat(sleeper.pid()), proc);
    ASSERT_TRUE(prey);
    EXPECT_FALSE(prey->has_ended());
    ASSERT_TRUE(prey->send(SIGTERM));
    pollfd ended{prey->pidfd().get(), POLLIN, 0};
    ASSERT_EQ(::poll(&ended, 1, 10'000), 1);
    EXPECT_TRUE(prey->has_ended());
}

TEST(Prey, IsNotAnotherProcessOfThatNumber) {
    const Sleeper sleeper;
    const procfs::Proc proc;
    procfs::Stat earlier = *proc.stat(sleeper.pid());
    --earlier.starttime;
    const Result<Prey> prey = Prey::of(sleeper.pid(), earlier, proc);
    ASSERT_FALSE(prey);
    EXPECT_EQ(prey.error().code, ESRCH);
}

} // namespace
} // namespace unwedge::reap
