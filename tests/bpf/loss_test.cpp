// SPDX-License-Identifier: GPL-2.0-only
#include "sockets.h"
#include "stage.h"

#include <barrier>
#include <sched.h>
#include <sys/wait.h>
#include <thread>
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

class RingOfOnePage : public Stage {
  protected:
    kernel::Settings settings() const override {
        kernel::Settings settings = Stage::settings();
        settings.ring_size = 1;
        return settings;
    }
};

/// The first forks fit, and what is told of is told in full.
TEST_F(RingOfOnePage, HoldsWhatFitsAndCountsTheRest) {
    constexpr std::uint64_t forks = 200;
    Actor actor([] {
        for (std::uint64_t i = 0; i < forks; ++i) {
            const pid_t pid = ::vfork();
            if (pid == 0)
                ::_exit(0);
            ::waitpid(pid, nullptr, 0);
        }
    });
    actor.start();
    adopt(actor);
    actor.step();
    const std::vector<facts::Event> told = events();
    EXPECT_EQ(told.size() + tracer().losses()["events"], 2 * forks);
    EXPECT_GT(told.size(), 2 * 40U);
    EXPECT_LT(told.size(), 2 * 60U);
    EXPECT_GT(only<facts::Forked>(told).size(), 0U);
}

void stay_on(unsigned cpu) {
    cpu_set_t cpus;
    CPU_ZERO(&cpus);
    CPU_SET(cpu, &cpus);
    require(::sched_setaffinity(0, sizeof(cpus), &cpus) == 0);
}

/// Who sends makes the state of the peer, and who receives on another CPU that of its own, which is the same:
/// one is refused, and nothing is lost.
TEST_F(Loss, ThereIsNoneWhereTwoMakeTheStateOfASocketAtOnce) {
    if (std::thread::hardware_concurrency() < 2)
        GTEST_SKIP() << "needs two CPUs";
    constexpr int rounds = 20'000;
    Actor actor([] {
        Pair pair;
        std::barrier both(2);
        std::thread receiver([&] {
            stay_on(1);
            for (int round = 0; round < rounds; ++round) {
                both.arrive_and_wait();
                char byte = 0;
                for (volatile int wait = round % 2'000;
                     wait > 0;) // to meet the other one anywhere in its call
                    wait = wait - 1;
                while (::recv(pair.b, &byte, 1, MSG_DONTWAIT) != 1) {
                }
                both.arrive_and_wait();
            }
        });
        stay_on(0);
        for (int round = 0; round < rounds; ++round) {
            pair = unix_pair();
            both.arrive_and_wait();
            send_bytes(pair.a, "x");
            both.arrive_and_wait();
            ::close(pair.a);
            ::close(pair.b);
        }
        receiver.join();
    });
    actor.start();
    adopt(actor);
    actor.step();
    EXPECT_EQ(tracer().losses()["ends"], 0U);
}

} // namespace
} // namespace unwedge::test
