// SPDX-License-Identifier: GPL-2.0-only
#include "stage.h"

#include <sys/wait.h>
#include <unistd.h>

namespace unwedge::test {
namespace {

using Loss = Stage;

/// More exec records than the ring buffer holds, and nobody reads it.
TEST_F(Loss, WhatDoesNotFitIsCounted) {
    constexpr std::uint64_t execs = 1'100;
    Actor actor([] {
        for (std::uint64_t i = 0; i < execs; ++i) {
            const pid_t pid = ::vfork();
            if (pid == 0) {
                ::execl("/bin/true", "true", nullptr);
                ::_exit(1);
            }
            ::waitpid(pid, nullptr, 0);
        }
    });
    actor.start();
    adopt(actor);
    actor.step();
    const std::uint64_t lost = tracer().losses()["events"];
    const std::size_t seen = events().size();
    EXPECT_GT(lost, 0U);
    EXPECT_EQ(seen + lost, 3 * execs) << "every fork, exec and exit was either told or counted as lost";
}

} // namespace
} // namespace unwedge::test
