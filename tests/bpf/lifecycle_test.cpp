// SPDX-License-Identifier: GPL-2.0-only
#include "stage.h"

#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <thread>

namespace unwedge::test {
namespace {

using Lifecycle = Stage;

void spawn_and_wait(const std::function<void()> &body) {
    const pid_t pid = ::fork();
    if (pid == 0) {
        body();
        ::_exit(0);
    }
    ::waitpid(pid, nullptr, 0);
}

TEST_F(Lifecycle, ForkExecAndExitAreToldInOrder) {
    Actor actor(
        [] { spawn_and_wait([] { ::execl("/bin/sh", "sh", "-c", "exit 7", "two words", nullptr); }); });
    actor.start();
    adopt(actor);
    actor.step();
    const std::vector<facts::Event> all = events();
    ASSERT_EQ(all.size(), 3U);
    const auto &forked = std::get<facts::Forked>(all[0]);
    EXPECT_EQ(forked.parent, actor.pid());
    const auto &executed = std::get<facts::Executed>(all[1]);
    EXPECT_EQ(executed.pid, forked.child);
    EXPECT_EQ(executed.argv, (std::vector<std::string>{"sh", "-c", "exit 7", "two words"}));
    EXPECT_EQ(executed.comm, "sh");
    EXPECT_TRUE(executed.argv_whole);
    const auto &exited = std::get<facts::Exited>(all[2]);
    EXPECT_EQ(exited.pid, forked.child);
    EXPECT_EQ(WEXITSTATUS(exited.status.value_or(0)), 7);
    EXPECT_LE(forked.at, executed.at);
    EXPECT_LE(executed.at, exited.at);
}

TEST_F(Lifecycle, ASignalIsTheStatusOfWhomItEnded) {
    Actor actor([] { spawn_and_wait([] { ::raise(SIGKILL); }); });
    actor.start();
    adopt(actor);
    actor.step();
    const auto exits = only<facts::Exited>(events());
    ASSERT_EQ(exits.size(), 1U);
    EXPECT_EQ(WTERMSIG(exits.front().status.value_or(0)), SIGKILL);
}

TEST_F(Lifecycle, ThreadsAreNoActorsButTheirForksAre) {
    Actor actor([] { std::thread([] { spawn_and_wait([] {}); }).join(); });
    actor.start();
    adopt(actor);
    actor.step();
    const std::vector<facts::Event> all = events();
    EXPECT_EQ(only<facts::Forked>(all).size(), 1U);
    EXPECT_EQ(only<facts::Exited>(all).size(), 1U);
    EXPECT_EQ(only<facts::Forked>(all).front().parent, actor.pid());
}

TEST_F(Lifecycle, AnExecByAThreadThatIsNotTheLeaderKeepsTheActor) {
    Actor actor([] {
        spawn_and_wait([] {
            std::thread([] { ::execl("/bin/sh", "sh", "-c", "/bin/true; exit 3", nullptr); }).detach();
            ::pause();
        });
    });
    actor.start();
    adopt(actor);
    actor.step();
    const std::vector<facts::Event> all = events();
    const facts::Pid child = only<facts::Forked>(all).front().child;
    const auto exits = only<facts::Exited>(all);
    auto exit = std::ranges::find(exits, child, &facts::Exited::pid);
    ASSERT_NE(exit, exits.end());
    EXPECT_EQ(WEXITSTATUS(exit->status.value_or(0)), 3);
    EXPECT_EQ(std::ranges::count(exits, child, &facts::Exited::pid), 1)
        << "the leader's end is not the actor's";
    EXPECT_EQ(only<facts::Executed>(all).size(), 2U) << "sh and true are followed";
}

TEST_F(Lifecycle, ALongCommandLineIsCutAndSaidToBe) {
    Actor actor([] {
        spawn_and_wait([] {
            const std::string word(4000, 'x');
            ::execl("/bin/true", "true", word.c_str(), nullptr);
        });
    });
    actor.start();
    adopt(actor);
    actor.step();
    const auto executed = only<facts::Executed>(events());
    ASSERT_EQ(executed.size(), 1U);
    EXPECT_FALSE(executed.front().argv_whole);
    EXPECT_EQ(executed.front().argv.front(), "true");
}

TEST_F(Lifecycle, StrangersAreNotTold) {
    Actor stranger([] { spawn_and_wait([] {}); });
    stranger.start();
    stranger.step();
    EXPECT_TRUE(events().empty());
}

TEST_F(Lifecycle, NoneOfManyForksIsLost) {
    constexpr int many = 1500;
    Actor actor([] {
        for (int i = 0; i < many; ++i)
            spawn_and_wait([] {});
    });
    actor.start();
    adopt(actor);
    actor.step();
    const std::vector<facts::Event> all = events();
    EXPECT_EQ(only<facts::Forked>(all).size(), static_cast<std::size_t>(many));
    EXPECT_EQ(only<facts::Exited>(all).size(), static_cast<std::size_t>(many));
    EXPECT_TRUE(tracer().losses().empty());
}

TEST_F(Lifecycle, EveryThreadOfARunningProcessIsAdoptedOnce) {
    Actor actor([] {
        std::thread([] { ::pause(); }).detach();
        std::thread([] { ::pause(); }).detach();
    });
    actor.then([] { spawn_and_wait([] { ::_exit(0); }); });
    actor.start();
    actor.step();
    EXPECT_EQ(*tracer().adopt_running(actor.pid()), 3U);
    EXPECT_EQ(*tracer().adopt_running(actor.pid()), 0U);
    actor.step();
    EXPECT_EQ(only<facts::Forked>(events()).size(), 1U) << "what it forks from now on follows";
}

} // namespace
} // namespace unwedge::test
