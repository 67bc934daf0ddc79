// SPDX-License-Identifier: GPL-2.0-only
#include "diagnosis/story.h"
#include "diagnosis/suspicion.h"

#include <gtest/gtest.h>

namespace unwedge::diagnosis {
namespace {

/// A child that could run at each look; `change` says what it got in between.
template <typename Change>
Texts culprits_while_runnable(int looks, Change change) {
    SnapshotBuilder build = unread_request(forgetful());
    build.actor(child).thread_at(0).wait(in_nothing()).state(ThreadState::running);
    Story story(std::move(build));
    for (int i = 0; i < looks; ++i) {
        change(story.build.actor(child));
        story.look();
    }
    return story.culprits();
}

constexpr int looks_of_busy_after = 67; // 30 s

TEST(Starved, IsLikelyOnceItGotNoCpuForBusyAfter) {
    EXPECT_EQ(culprits_while_runnable(looks_of_busy_after + 3, [](const ActorBuilder &) {}),
              Texts{"12 starved likely confirmed"});
}

TEST(Starved, MayYetGetOneBefore) {
    EXPECT_EQ(culprits_while_runnable(looks_of_busy_after - 10, [](const ActorBuilder &) {}), Texts{});
}

TEST(Starved, IsWhoSwitchesButWaitsMostOfTheTime) {
    EXPECT_EQ(culprits_while_runnable(looks_of_busy_after + 3,
                                      [](ActorBuilder actor) {
                                          facts::Thread &thread = actor.get().threads[0];
                                          ++thread.switches;
                                          thread.run_delay = thread.run_delay.value_or(Nanos{}) + 400ms;
                                      }),
              Texts{"12 starved likely confirmed"});
}

TEST(Starved, TellsOfTheCgroupThatIsThrottled) {
    SnapshotBuilder build = unread_request(forgetful());
    build.actor(child).thread_at(0).wait(in_nothing()).state(ThreadState::running);
    facts::CpuLimit limit{"/ci/job", 10ms, 100ms, 0};
    Story story(std::move(build));
    for (int i = 0; i < looks_of_busy_after + 3; ++i) {
        limit.throttled += 4;
        story.build.actor(child).get().cpu_limit = limit;
        story.look();
    }
    EXPECT_TRUE(mentions(evidence_text(story.verdict()),
                         "its cgroup /ci/job may use 10 ms of CPU time in 100 ms, and was throttled 4 times"))
        << evidence_text(story.verdict());
}

TEST(Starved, IsNobodyWhoGetsSome) {
    EXPECT_EQ(culprits_while_runnable(looks_of_busy_after + 3,
                                      [](ActorBuilder actor) {
                                          facts::Thread &thread = actor.get().threads[0];
                                          ++thread.switches;
                                          thread.cpu += 30ms;
                                          actor.get().cpu = *actor.get().cpu + 30ms;
                                      }),
              Texts{});
}
} // namespace
} // namespace unwedge::diagnosis
