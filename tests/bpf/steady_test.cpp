// SPDX-License-Identifier: GPL-2.0-only
#include "sockets.h"
#include "stage.h"

#include <sys/wait.h>

#include <atomic>
#include <thread>

namespace unwedge::test {
namespace {

constexpr int messages = 100'000;

/// Request and reply between a process and its child, half of the messages each way.
void lock_step(Pair pair) {
    const pid_t child = ::fork();
    char byte = 'x';
    if (child == 0) {
        for (int i = 0; i < messages / 2; ++i)
            require(::recv(pair.b, &byte, 1, 0) == 1 && ::send(pair.b, &byte, 1, 0) == 1);
        ::_exit(0);
    }
    for (int i = 0; i < messages / 2; ++i)
        require(::send(pair.a, &byte, 1, 0) == 1 && ::recv(pair.a, &byte, 1, 0) == 1);
    require(::waitpid(child, nullptr, 0) == child);
}

class Steady : public Stage, public ::testing::WithParamInterface<const char *> {};

TEST_P(Steady, TrafficPutsNothingIntoTheRingBuffer) {
    const bool tcp = std::string_view(GetParam()) == "tcp";
    Actor actor([tcp] { lock_step(tcp ? tcp_pair() : unix_pair()); });
    actor.start();
    adopt(actor);
    std::atomic<bool> done = false;
    std::uint64_t sweeps = 0;
    std::thread sweeper([&] {
        while (!done) {
            EXPECT_TRUE(tracer().sweep(monotonic_now(), actors()));
            ++sweeps;
            std::this_thread::sleep_for(std::chrono::milliseconds(10)); // as a session paces its sweeps
        }
    });
    const std::uint64_t before = tracer().emitted();
    actor.step();
    const std::uint64_t records = tracer().emitted() - before;
    done = true;
    sweeper.join();
    constexpr std::uint64_t fork_and_exit_of_the_child = 2;
    EXPECT_EQ(records, fork_and_exit_of_the_child) << "during " << messages << " messages";
    EXPECT_GT(sweeps, 0U);
    EXPECT_TRUE(tracer().losses().empty());
    RecordProperty("records", static_cast<int>(records));
}

INSTANTIATE_TEST_SUITE_P(Families, Steady, ::testing::Values("tcp", "unix"),
                         [](const auto &family) { return std::string(family.param); });

} // namespace
} // namespace unwedge::test
