// SPDX-License-Identifier: GPL-2.0-only
#include "sockets.h"
#include "stage.h"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>

namespace unwedge::test {
namespace {

constexpr int turns = 50;

class Loops : public Stage {
  protected:
    void SetUp() override {
        Stage::SetUp();
        if (IsSkipped())
            return;
        ASSERT_TRUE(tracer().count_turns(true));
        if (!tracer().turns_counted_since())
            GTEST_SKIP()
                << "this kernel refuses fexit programs and kprobes, so turns of loops can't be counted";
    }
    std::uint64_t turns_of(const Actor &actor) {
        const Result<std::vector<uw_thread_record>> threads = tracer().threads(actor.pid());
        return threads->empty() ? 0 : threads->front().turns;
    }
    /// What `wait` adds in the actor, called again and again.
    std::uint64_t counted(const std::function<void()> &wait) {
        Actor actor([] {});
        actor.then([&wait] {
            for (int i = 0; i < turns; ++i)
                wait();
        });
        actor.start();
        adopt(actor);
        actor.step();
        const std::uint64_t before = turns_of(actor);
        actor.step();
        return turns_of(actor) - before;
    }
};

TEST_F(Loops, AreCountedThoughTheyDoNotSleep) {
    const int set = ::epoll_create1(0);
    EXPECT_EQ(counted([set] {
                  epoll_event event{};
                  require(::epoll_wait(set, &event, 1, 0) == 0);
              }),
              turns);
    ::close(set);
    EXPECT_EQ(counted([] { require(::poll(nullptr, 0, 0) == 0); }), turns);
    EXPECT_EQ(counted([] {
                  timeval now{};
                  require(::select(0, nullptr, nullptr, nullptr, &now) == 0);
              }),
              turns);
}

TEST_F(Loops, AreNotCountedUntilThatIsAskedFor) {
    ASSERT_TRUE(tracer().count_turns(false));
    EXPECT_FALSE(tracer().turns_counted_since());
    EXPECT_EQ(counted([] { require(::poll(nullptr, 0, 0) == 0); }), 0U);
}

TEST_F(Loops, OfOtherCallsAreNone) {
    EXPECT_EQ(counted([] { require(::getppid() > 0); }), 0U);
}

} // namespace
} // namespace unwedge::test
