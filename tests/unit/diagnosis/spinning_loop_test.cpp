// SPDX-License-Identifier: GPL-2.0-only
#include "diagnosis/story.h"
#include "diagnosis/suspicion.h"

#include <gtest/gtest.h>

namespace unwedge::diagnosis {
namespace {

/// A child on the CPU with a request unread, look after look; it uses `share` of one.
Texts culprits_while_it_runs(SnapshotBuilder build, int looks, double share = 0.9) {
    build.actor(child).thread_at(0).wait(in_nothing()).state(ThreadState::running);
    Story story(std::move(build));
    for (int i = 0; i < looks; ++i) {
        facts::Actor &actor = story.build.actor(child).get();
        actor.cpu =
            *actor.cpu + Nanos(static_cast<Nanos::rep>(share * static_cast<double>(between_looks.count())));
        story.look();
    }
    return story.culprits();
}

constexpr int looks_of_busy_after = 67; // 30 s

TEST(SpinningLoop, IsLikelyOnceItSpunForBusyAfter) {
    EXPECT_EQ(culprits_while_it_runs(unread_request(forgetful()), looks_of_busy_after + 3),
              Texts{"12 spinning_loop likely confirmed"});
}

TEST(SpinningLoop, IsMerelyBusyBefore) {
    EXPECT_EQ(culprits_while_it_runs(unread_request(forgetful()), looks_of_busy_after - 3), Texts{});
}

TEST(SpinningLoop, IsNobodyWhoRestsNowAndThen) {
    EXPECT_EQ(culprits_while_it_runs(unread_request(forgetful()), 2 * looks_of_busy_after, 0.4), Texts{});
}

TEST(SpinningLoop, IsNobodyWhoConsumesOrSendsElsewhere) {
    SnapshotBuilder build = unread_request(forgetful());
    build.tcp(4, "127.0.0.1:40000", 5, "127.0.0.1:5000").end(4).received(7, stalled_at + 20s);
    build.actor(child).hold(10, 4);
    EXPECT_EQ(culprits_while_it_runs(build, looks_of_busy_after + 3), Texts{});
    build.end(4).received(7, 1s).sent(8, stalled_at + 20s);
    EXPECT_EQ(culprits_while_it_runs(build, looks_of_busy_after + 3), Texts{});
}

TEST(SpinningLoop, IsNobodyOfAPoolThatComputes) {
    SnapshotBuilder build = unread_request(forgetful());
    idle_actor(build, 13, "worker", in_nothing()).hold(child_fd, child_end);
    build.end(child_end).last_reader(child);
    build.actor(child).thread_at(0).wait(in_nothing()).state(ThreadState::running);
    Story story(std::move(build));
    for (int i = 0; i < looks_of_busy_after + 3; ++i) {
        for (const Pid pid : {child, Pid{13}})
            story.build.actor(pid).get().cpu = *story.build.actor(pid).get().cpu + between_looks;
        story.look();
    }
    EXPECT_EQ(story.culprits(), Texts{});
}

TEST(SpinningLoop, IsNobodyForWhomNobodyWaits) {
    SnapshotBuilder build = unread_request(forgetful());
    build.actor(parent).thread_at(0).wait(in_sleep(1h));
    EXPECT_EQ(culprits_while_it_runs(build, looks_of_busy_after + 3), Texts{});
}
} // namespace
} // namespace unwedge::diagnosis
