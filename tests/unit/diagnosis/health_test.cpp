// SPDX-License-Identifier: GPL-2.0-only
#include "diagnosis/health.h"

#include "diagnosis/scenes.h"

#include <gtest/gtest.h>

namespace unwedge::diagnosis {
namespace {

Health health_of_child(const Scene &scene) {
    return health(scene, *scene.actor(child));
}

Health health_in(facts::Wait wait, ThreadState state = ThreadState::sleeping) {
    SnapshotBuilder build = conversation(wait);
    build.actor(child).thread_at(0).state(state);
    return health_of_child(OneLook(build).scene());
}

TEST(Health, FollowsFromWhatTheThreadsDo) {
    EXPECT_EQ(health_in(in_epoll({})), Health::parked);
    EXPECT_EQ(health_in(in_sleep(1h)), Health::blocked);
    EXPECT_EQ(health_in(in_read(child_fd)), Health::blocked);
    EXPECT_EQ(health_in(wait_in(WaitKind::other, "fsync"), ThreadState::uninterruptible), Health::blocked);
    EXPECT_EQ(health_in(in_nothing(), ThreadState::running), Health::running);
    EXPECT_EQ(health_in(in_epoll({}), ThreadState::stopped), Health::stopped);
}

TEST(Health, OfSeveralThreadsIsParkedIfOneIsAndNoneRuns) {
    SnapshotBuilder build = conversation(in_futex());
    build.actor(child).thread(in_epoll({}));
    EXPECT_EQ(health_of_child(OneLook(build).scene()), Health::parked);
    build.actor(child).thread(in_nothing());
    EXPECT_EQ(health_of_child(OneLook(build).scene()), Health::running);
}

TEST(Health, OfAnActorWithoutThreadsIsRunningAndOfAnExitedOneDead) {
    SnapshotBuilder build = conversation(forgetful());
    build.actor(child).get().threads.clear();
    EXPECT_EQ(health_of_child(OneLook(build).scene()), Health::running);
    build.actor(child).exited(0);
    EXPECT_EQ(health_of_child(OneLook(build).scene()), Health::dead);
}

TEST(Health, IsBusyFromTheSecondLookOn) {
    SnapshotBuilder build = conversation(forgetful());
    const TwoLooks looks(build, [](SnapshotBuilder &later) { later.actor(child).cpu(1400ms); });
    EXPECT_EQ(health_of_child(looks.scene()), Health::busy);
}

TEST(Health, OfAStoppedActorIsStoppedThoughItUsedTheCpuBefore) {
    SnapshotBuilder build = conversation(forgetful());
    const TwoLooks looks(build, [](SnapshotBuilder &later) {
        later.actor(child).cpu(1400ms).thread_at(0).state(ThreadState::stopped);
    });
    EXPECT_EQ(health_of_child(looks.scene()), Health::stopped);
}

TEST(Health, IsToldOfEveryActor) {
    SnapshotBuilder build = conversation(in_sleep(1h));
    const std::map<Pid, Health> expected{{parent, Health::parked}, {child, Health::blocked}};
    EXPECT_EQ(health(OneLook(build).scene()), expected);
}

/// Does the parent stand still since the stall began, as it is after `change` at the second look?
template <typename Change>
std::optional<bool> parent_stands_still(Change change) {
    SnapshotBuilder build = unread_request(forgetful());
    const TwoLooks looks(build, change);
    const Scene scene = looks.scene();
    return stands_still(scene, *scene.actor(parent), stalled_at, 30s);
}

void make_unix(SnapshotBuilder &build) {
    build.end(parent_end).kind(facts::ChannelKind::unix_stream);
}

TEST(StandsStill, IsTrueOfWhoUsesNoCpuAndConsumesNothing) {
    EXPECT_EQ(parent_stands_still([](SnapshotBuilder &) {}), true);
}

TEST(StandsStill, IsNotKnownAtTheFirstLookOfWhoMayWakeByItself) {
    SnapshotBuilder build = unread_request(forgetful());
    build.actor(parent).thread_at(0).wait(in_epoll({reads(parent_fd)}, facts::Timeout::after(5s)));
    const OneLook look(build);
    const Scene scene = look.scene();
    EXPECT_EQ(stands_still(scene, *scene.actor(parent), stalled_at, 30s), std::nullopt);
}

TEST(StandsStill, IsFalseOfWhoUsesTheCpu) {
    EXPECT_EQ(parent_stands_still([](SnapshotBuilder &later) { later.actor(parent).cpu(1400ms); }), false);
}

/// Does the parent stand still that wakes by itself, and used so much CPU in each of the seconds before this
/// one?
std::optional<bool> stands_still_after(const std::vector<Nanos> &seconds, Nanos quiet_for) {
    SnapshotBuilder build = unread_request(forgetful());
    build.actor(parent).thread_at(0).wait(in_epoll({reads(parent_fd)}, facts::Timeout::after(5s)));
    Nanos at = first_look - 1s * seconds.size();
    Nanos cpu{};
    for (const Nanos used : seconds) {
        build.actor(parent).get().earlier_cpu.push_back({at, cpu});
        at += 1s;
        cpu += used;
    }
    build.actor(parent).cpu(cpu);
    const OneLook look(build);
    const Scene scene = look.scene();
    return stands_still(scene, *scene.actor(parent), stalled_at, quiet_for);
}

TEST(StandsStill, IsTrueOfWhoWakesByItselfButUsedNoCpuWorthTheNameForLongEnough) {
    EXPECT_EQ(stands_still_after({1ms, 49ms, 1ms}, 3s), true);
    EXPECT_EQ(stands_still_after({500ms, 1ms, 1ms, 1ms}, 3s), true) << "that was before";
}

TEST(StandsStill, IsFalseOfWhoWakesByItselfAndWorksNowAndThen) {
    EXPECT_EQ(stands_still_after({1ms, 50ms, 1ms}, 3s), false);
    EXPECT_EQ(stands_still_after({500ms, 1ms, 1ms, 1ms}, 4s), false);
}

TEST(StandsStill, IsNotKnownWhereItsCpuTimeWasNotReadForLongEnough) {
    EXPECT_EQ(stands_still_after({}, 3s), std::nullopt);
    EXPECT_EQ(stands_still_after({1ms}, 3s), std::nullopt);
    EXPECT_EQ(stands_still_after({1ms, 1ms}, 3s), true) << "give or take a second";
    EXPECT_EQ(stands_still_after({500ms, 1ms, 1ms}, 2500ms), std::nullopt) << "before that time, or after?";
    EXPECT_EQ(stands_still_after({1ms, 1ms, 1ms}, 30s), std::nullopt);
}

TEST(StandsStill, OfWhomOnlyOthersCanWakeIsSeenByItsSleep) {
    auto asleep_for = [](Nanos length) {
        SnapshotBuilder build = unread_request(forgetful());
        build.actor(parent).thread_at(0).asleep(length);
        const OneLook look(build);
        const Scene scene = look.scene();
        return stands_still(scene, *scene.actor(parent), stalled_at, 30s);
    };
    EXPECT_EQ(asleep_for(2800ms), true) << "--stall-after, within the precision of a sweep";
    EXPECT_EQ(asleep_for(2799ms), std::nullopt);
}

TEST(StandsStill, IsFalseOfWhoConsumedSinceThenOnAnyChannel) {
    auto consumed_at = [](Nanos when) {
        return parent_stands_still([when](SnapshotBuilder &later) {
            later.end(5).received(1, when);
            later.actor(parent).hold(8, 5);
        });
    };
    EXPECT_EQ(consumed_at(stalled_at - 1s), true);
    EXPECT_EQ(consumed_at(stalled_at + 200ms), true) << "within the precision of a sweep";
    EXPECT_EQ(consumed_at(stalled_at + 201ms), false);
}

TEST(StandsStill, IsNotDecidedByChannelsThatAreGone) {
    EXPECT_EQ(parent_stands_still([](SnapshotBuilder &later) { later.actor(parent).hold(8, 404); }), true);
}

TEST(StandsStill, IsNotKnownOfUnixEndsWhileNobodyCountsReceives) {
    EXPECT_EQ(parent_stands_still(make_unix), std::nullopt);
}

TEST(StandsStill, IsKnownOfUnixEndsOfWhoHasNotRunSince) {
    auto idle_for = [](Nanos length) {
        return parent_stands_still([length](SnapshotBuilder &later) {
            make_unix(later);
            later.actor(parent).thread_at(0).idle(length);
        });
    };
    const Nanos stalled_for = first_look + between_looks - stalled_at;
    EXPECT_EQ(idle_for(stalled_for), true);
    EXPECT_EQ(idle_for(stalled_for - 200ms), true) << "within the precision of a sweep";
    EXPECT_EQ(idle_for(stalled_for - 201ms), std::nullopt);
}

TEST(StandsStill, IsKnownOfUnixEndsOnceReceivesWereCountedForLongEnough) {
    auto counted_since = [](Nanos when) {
        return parent_stands_still([when](SnapshotBuilder &later) {
            make_unix(later);
            later.counts_receives_since(when);
        });
    };
    const Nanos now = first_look + between_looks;
    EXPECT_EQ(counted_since(stalled_at), true);
    EXPECT_EQ(counted_since(now - 900ms), true);
    EXPECT_EQ(counted_since(now - 899ms), std::nullopt);
}

TEST(StandsStill, IsKnownOfUnixEndsIfReceivesWereCountedBeforeTheStallBegan) {
    SnapshotBuilder build = conversation(forgetful());
    make_unix(build);
    build.counts_receives_since(first_look - 100ms);
    const TwoLooks looks(build);
    const Scene scene = looks.scene();
    EXPECT_EQ(stands_still(scene, *scene.actor(parent), first_look, 30s), true);
}

TEST(StandsStill, IsFalseWhereConsumptionWasSeenThoughNotAllOfItIsKnown) {
    EXPECT_EQ(parent_stands_still([](SnapshotBuilder &later) {
                  make_unix(later);
                  later.end(parent_end).received(1, first_look);
              }),
              false);
}

} // namespace
} // namespace unwedge::diagnosis
