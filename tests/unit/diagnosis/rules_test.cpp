// SPDX-License-Identifier: GPL-2.0-only
#include "diagnosis/rules/rules.h"

#include "diagnosis/scenes.h"

#include <gtest/gtest.h>

namespace unwedge::diagnosis {
namespace {

using facts::Interest;
using facts::Timeout;

using Found = std::optional<Suspicion>;

Found stopped_consuming(const Scene &scene) {
    return rules::stopped_consuming(scene, stalled_ends(scene).at(0));
}
Found stopped_consuming(const SnapshotBuilder &build) {
    return stopped_consuming(OneLook(build).scene());
}

Found blocked_loop(const Scene &scene) {
    return rules::blocked_loop(scene, stalled_ends(scene).at(0));
}
Found blocked_loop(const SnapshotBuilder &build) {
    return blocked_loop(OneLook(build).scene());
}
Found blocked_loop_in(facts::Wait wait) {
    return blocked_loop(unread_request(std::move(wait)));
}

Found stopped(const SnapshotBuilder &build) {
    const OneLook look(build);
    const Scene scene = look.scene();
    return rules::stopped(scene, *scene.actor(child), stalled_ends(scene));
}

SnapshotBuilder unread_and_all_threads(ThreadState state) {
    SnapshotBuilder build = unread_request(forgetful());
    build.actor(child).thread_at(0).state(state);
    return build;
}

TEST(Begin, TellsWhoseEndItIsAndSinceWhen) {
    SnapshotBuilder build = unread_request(forgetful(Timeout::after(9s)));
    build.actor(child).thread_at(0).switches(7).asleep(4s);
    const OneLook look(build);
    const Scene scene = look.scene();
    const StalledEnd stalled = stalled_ends(scene).at(0);
    const Suspicion found = rules::begin(scene, stalled, Kind::blocked_loop);
    EXPECT_EQ(found.kind, Kind::blocked_loop);
    EXPECT_EQ(found.pid, child);
    EXPECT_EQ(found.end, child_end);
    EXPECT_EQ(found.fd, child_fd);
    EXPECT_EQ(found.since, stalled_at);
    EXPECT_EQ(found.tid, child);
    EXPECT_EQ(found.wait, WaitKind::epoll);
    EXPECT_EQ(found.switches, 7U);
    EXPECT_EQ(found.timer.left, 5s);
    EXPECT_TRUE(found.facts_known);
    EXPECT_FALSE(found.inferred);
    EXPECT_EQ(rules::unread_evidence(scene, stalled, found).fact,
              "165 B unread on fd 9 for 4.0 s, nothing consumed");
}

TEST(StoppedConsuming, IsALoopParkedWithoutTheEndInItsSet) {
    const Found found = stopped_consuming(unread_request(forgetful()));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->kind, Kind::stopped_consuming);
    EXPECT_TRUE(found->facts_known);
    EXPECT_EQ(evidence_text(*found),
              "165 B unread on fd 9 for 4.0 s, nothing consumed [sweep]\n"
              "no thread waits to read fd 9: it is in no set of descriptors [fdinfo]\n"
              "its loop, thread 12, is parked in epoll_wait without a timer [iter/task]\n");
}

TEST(StoppedConsuming, SaysThatTheEndIsInTheSetButNotArmed) {
    const Found found = stopped_consuming(unread_request(in_epoll({watch(child_fd, Interest::disarmed)})));
    ASSERT_TRUE(found);
    EXPECT_TRUE(found->facts_known);
    EXPECT_TRUE(mentions(evidence_text(*found), "fd 9 is in the loop's set, but reading is not armed"));
}

TEST(StoppedConsuming, WithAnUnreadableSetIsNotKnown) {
    const Found found = stopped_consuming(unread_request(in_unread_epoll()));
    ASSERT_TRUE(found);
    EXPECT_FALSE(found->facts_known);
    EXPECT_TRUE(mentions(evidence_text(*found), "could not be found out"));
}

TEST(StoppedConsuming, TellsTheNextTimer) {
    const Found found = stopped_consuming(unread_request(forgetful(Timeout::after(12s))));
    ASSERT_TRUE(found);
    EXPECT_TRUE(mentions(evidence_text(*found), "next timer in 12 s"));
}

TEST(StoppedConsuming, WithAnUnreadableTimeoutIsNotKnown) {
    const Found found = stopped_consuming(unread_request(forgetful(Timeout::unknown())));
    ASSERT_TRUE(found);
    EXPECT_FALSE(found->facts_known);
    EXPECT_TRUE(mentions(evidence_text(*found), "its timeout could not be read"));
}

TEST(StoppedConsuming, IsNotMetByALoopThatIsNotParked) {
    EXPECT_FALSE(stopped_consuming(unread_request(in_sleep(1h))));
    EXPECT_FALSE(stopped_consuming(unread_request(in_nothing())));
    EXPECT_FALSE(stopped_consuming(unread_and_all_threads(ThreadState::stopped)));
}

TEST(StoppedConsuming, IsNotMetByAnAttendedOrEdgeTriggeredEnd) {
    EXPECT_FALSE(stopped_consuming(unread_request(in_epoll({reads(child_fd)}))));
    EXPECT_FALSE(stopped_consuming(unread_request(in_epoll({watch(child_fd, Interest::edge)}))));
}

/// A child that forwards what it reads to a consumer, and waits until that takes more.
SnapshotBuilder proxy(bool wants_to_write, std::uint64_t unsent) {
    SnapshotBuilder build = unread_request(
        in_epoll({{child_fd, Interest::disarmed, true}, {10, Interest::disarmed, wants_to_write}}));
    build.outside(3, "127.0.0.1:6000", "10.0.0.1:80").unsent(unsent);
    build.end(child_end).unsent(5);
    build.actor(child).hold(10, 3);
    return build;
}

TEST(StoppedConsuming, IsNotMetByAProxyThatWaitsToWriteElsewhere) {
    EXPECT_FALSE(stopped_consuming(proxy(true, 9000)));
}

TEST(StoppedConsuming, IsMetByALoopThatMerelyCouldWrite) {
    EXPECT_TRUE(stopped_consuming(proxy(true, 0))) << "nothing is unsent";
    EXPECT_TRUE(stopped_consuming(proxy(false, 9000))) << "it does not wait to write";
}

TEST(StoppedConsuming, SurvivesAWatchOfADescriptorThatIsNoChannel) {
    SnapshotBuilder build = unread_request(in_epoll({{404, Interest::disarmed, true}}));
    EXPECT_TRUE(stopped_consuming(build));
    build.actor(child).hold(404, 404);
    EXPECT_TRUE(stopped_consuming(build));
}

struct Blocked {
    const char *what;
    facts::Wait wait;
    BlockedOn on;
};

TEST(BlockedLoop, SaysWhatItIsBlockedOn) {
    const std::vector<Blocked> rows{
        {"nanosleep", in_sleep(1h), BlockedOn::sleep},
        {"pause", wait_in(WaitKind::signal, "pause"), BlockedOn::sleep},
        {"futex", in_futex(), BlockedOn::lock},
        {"flock", wait_in(WaitKind::file_lock, "flock"), BlockedOn::lock},
        {"wait4", in_wait4(), BlockedOn::child},
        {"read", in_read(5), BlockedOn::io},
        {"write", in_write(5), BlockedOn::io},
        {"accept", wait_in(WaitKind::accept, "accept"), BlockedOn::io},
        {"connect", wait_in(WaitKind::connect, "connect"), BlockedOn::io},
        {"ioctl", wait_in(WaitKind::other, "ioctl"), BlockedOn::io},
        {"unknown", wait_in(WaitKind::unknown, ""), BlockedOn::io},
    };
    for (const Blocked &row : rows) {
        const Found found = blocked_loop_in(row.wait);
        ASSERT_TRUE(found) << row.what;
        EXPECT_EQ(found->kind, Kind::blocked_loop) << row.what;
        EXPECT_EQ(found->blocked_on, row.on) << row.what;
        EXPECT_TRUE(
            mentions(evidence_text(*found), "thread 12, which should read it, sits in " + row.wait.call))
            << row.what;
    }
}

TEST(BlockedLoop, InUninterruptibleSleepIsBlockedOnTheDiskWhateverTheCall) {
    for (const facts::Wait &wait : {in_epoll({}), in_read(5), wait_in(WaitKind::other, "fsync")}) {
        SnapshotBuilder build = unread_request(wait);
        build.actor(child).thread_at(0).state(ThreadState::uninterruptible);
        const Found found = blocked_loop(build);
        ASSERT_TRUE(found) << wait.call;
        EXPECT_EQ(found->blocked_on, BlockedOn::disk) << wait.call;
    }
}

TEST(BlockedLoop, IsNotMetByAParkedOrRunningLoop) {
    for (const WaitKind kind : {WaitKind::epoll, WaitKind::poll, WaitKind::select, WaitKind::io_uring})
        EXPECT_FALSE(blocked_loop_in(wait_in(kind, "")));
    EXPECT_FALSE(blocked_loop_in(in_nothing()));
    SnapshotBuilder runnable = unread_request(in_sleep(1h));
    runnable.actor(child).thread_at(0).state(ThreadState::running);
    EXPECT_FALSE(blocked_loop(runnable));
}

TEST(BlockedLoop, InACallThatCouldNotBeReadIsNotKnown) {
    const Found found = blocked_loop_in(wait_in(WaitKind::unknown, ""));
    ASSERT_TRUE(found);
    EXPECT_FALSE(found->facts_known);
}

TEST(BlockedLoop, WithAnUnreadableTimeoutIsNotKnown) {
    const Found found = blocked_loop_in(wait_in(WaitKind::sleep, "clock_nanosleep", Timeout::unknown()));
    ASSERT_TRUE(found);
    EXPECT_FALSE(found->facts_known);
}

TEST(BlockedLoop, TellsTheDescriptorTheTimeLeftAndTheTimeOffTheCpu) {
    SnapshotBuilder build = unread_request(in_sleep(1h));
    build.actor(child).thread_at(0).asleep(10min);
    EXPECT_TRUE(mentions(evidence_text(blocked_loop(build).value()),
                         "sits in clock_nanosleep, 50 min left, off the CPU for 10 min"));
    EXPECT_TRUE(mentions(evidence_text(blocked_loop_in(in_read(5)).value()), "sits in recvfrom on fd 5"));
}

TEST(BlockedLoop, NamesTheOwnerOfALock) {
    const Found found = blocked_loop_in(in_futex(77));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->blocked_by, 77);
    EXPECT_TRUE(mentions(evidence_text(*found), "the lock is held by thread 77 [/proc/PID/mem]"));
    const Found unowned = blocked_loop_in(in_futex());
    ASSERT_TRUE(unowned);
    EXPECT_EQ(unowned->blocked_by, std::nullopt);
    EXPECT_FALSE(mentions(evidence_text(*unowned), "held by"));
}

TEST(BlockedLoop, KnowsTheOwnerOfALockIfOneIsNamedOrThereIsNoOtherThread) {
    EXPECT_TRUE(blocked_loop_in(in_futex()).value().lock_owner_known);
    for (const std::optional<Pid> &owner : {std::optional<Pid>(77), std::optional<Pid>()}) {
        SnapshotBuilder build = unread_request(in_futex(owner));
        build.actor(child).thread(in_sleep(1h));
        build.end(child_end).last_reader(child);
        EXPECT_EQ(blocked_loop(build).value().lock_owner_known, owner.has_value());
    }
}

TEST(BlockedLoop, NamesTheChildItWaitsFor) {
    const Found found = blocked_loop_in(in_wait4(77));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->blocked_by, 77);
    EXPECT_TRUE(mentions(evidence_text(*found), "it waits for child 77 to end"));
}

/// A child whose thread waits for a grandchild that used `cpu` between the looks.
Found waiting_for_grandchild(facts::Wait wait, Nanos cpu) {
    SnapshotBuilder build = unread_request(std::move(wait));
    idle_actor(build, 77, "grandchild", in_nothing()).child_of(child);
    const TwoLooks looks(build, [&](SnapshotBuilder &later) { later.actor(77).cpu(1s + cpu); });
    return blocked_loop(looks.scene());
}

TEST(BlockedLoop, IsMetByWhoWaitsForAChildWhateverThatDoes) {
    for (const Nanos cpu : {0ms, 400ms}) {
        EXPECT_TRUE(waiting_for_grandchild(in_wait4(77), cpu))
            << "whether it is given patience is for the judge";
        EXPECT_TRUE(waiting_for_grandchild(in_wait4(), cpu));
    }
}

TEST(BlockedLoop, IsNotMetByWhoWaitsForAnotherActor) {
    for (const facts::Wait &wait : {in_read(10), in_write(10)}) {
        SnapshotBuilder build = unread_request(wait);
        build.tcp(3, "127.0.0.1:5000", 4, "127.0.0.1:51236");
        build.actor(child).hold(10, 3);
        build.actor(13, "server").hold(4, 4).thread(in_sleep(1h));
        EXPECT_FALSE(blocked_loop(build)) << wait.call;
    }
}

TEST(BlockedLoop, IsMetByWhoWaitsForSomeoneOutside) {
    SnapshotBuilder build = unread_request(in_read(10));
    build.outside(3, "127.0.0.1:5000", "10.0.0.1:80");
    build.actor(child).hold(10, 3);
    const Found found = blocked_loop(build);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->blocked_on, BlockedOn::io);
}

TEST(Stopped, SaysWhatStoppedIt) {
    const std::vector<std::pair<ThreadState, const char *>> rows{
        {ThreadState::stopped, "stopped by a signal"},
        {ThreadState::traced, "stopped by a tracer"},
        {ThreadState::frozen, "frozen by its cgroup"}};
    for (const auto &[state, text] : rows) {
        const Found found = stopped(unread_and_all_threads(state));
        ASSERT_TRUE(found) << text;
        EXPECT_EQ(found->kind, Kind::stopped);
        EXPECT_TRUE(mentions(evidence_text(*found), text)) << evidence_text(*found);
    }
}

TEST(Stopped, TellsTheUnreadBytesIfThereAreAny) {
    const Found found = stopped(unread_and_all_threads(ThreadState::stopped));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->end, child_end);
    EXPECT_EQ(found->since, stalled_at);
    EXPECT_FALSE(found->inferred);
    EXPECT_TRUE(mentions(evidence_text(*found), "165 B unread on fd 9"));
}

TEST(Stopped, WithNothingUnreadIsDatedFromNowAndInferred) {
    SnapshotBuilder build = conversation(forgetful());
    build.actor(child).thread_at(0).state(ThreadState::stopped);
    const Found found = stopped(build);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->end, 0U);
    EXPECT_EQ(found->since, first_look);
    EXPECT_TRUE(found->inferred);
    EXPECT_FALSE(mentions(evidence_text(*found), "unread"));
}

TEST(Stopped, KnowsAllItNeedsAndHasNoTimer) {
    SnapshotBuilder build = unread_request(forgetful(Timeout::after(5s)));
    build.actor(child).thread_at(0).state(ThreadState::stopped);
    build.actor(child).io_uring();
    const Found found = stopped(build);
    ASSERT_TRUE(found);
    EXPECT_TRUE(found->facts_known);
    EXPECT_EQ(found->timer.left, std::nullopt);
}

TEST(Stopped, IsNotMetWhileOneThreadMayRun) {
    SnapshotBuilder build = unread_and_all_threads(ThreadState::stopped);
    build.actor(child).thread(in_futex());
    EXPECT_FALSE(stopped(build));
    EXPECT_FALSE(stopped(unread_request(forgetful())));
}

} // namespace
} // namespace unwedge::diagnosis
