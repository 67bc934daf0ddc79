// SPDX-License-Identifier: GPL-2.0-only
#include "diagnosis/awaits.h"

#include "diagnosis/scenes.h"

#include <gtest/gtest.h>

namespace unwedge::diagnosis {
namespace {

using facts::Interest;
using facts::Timeout;

/// The one suspicion there is, with what it awaits.
Suspicion suspicion(const Scene &scene) {
    const std::vector<Suspicion> all = suspicions(scene, stalled_ends(scene));
    EXPECT_EQ(all.size(), 1U);
    return all.empty() ? Suspicion{} : all.front();
}
std::string awaits(const SnapshotBuilder &build) {
    return suspicion(OneLook(build).scene()).awaits;
}
std::string awaits(facts::Wait child_wait) {
    return awaits(unread_request(std::move(child_wait)));
}

TEST(Awaits, NothingWhileItIsParkedAsleepOrOnALock) {
    EXPECT_EQ(awaits(forgetful()), "");
    EXPECT_EQ(awaits(in_sleep(1h)), "");
    EXPECT_EQ(awaits(in_futex()), "");
}

TEST(Awaits, TheEndOfTheCallThatItIsBlockedIn) {
    EXPECT_EQ(awaits(in_wait4()), "the child that it waits for");
    EXPECT_EQ(awaits(in_read(5)), "the end of recvfrom");
    EXPECT_EQ(awaits(wait_in(WaitKind::unknown, "")), "the end of its call");
    SnapshotBuilder build = unread_request(wait_in(WaitKind::other, "fsync"));
    build.actor(child).thread_at(0).state(ThreadState::uninterruptible);
    EXPECT_EQ(awaits(build), "the disk");
}

/// What a parked loop awaits that has another thread in `wait`.
std::string awaits_beside(facts::Wait wait, ThreadState state = ThreadState::sleeping) {
    SnapshotBuilder build = unread_request(in_epoll({watch(child_fd, Interest::disarmed)}));
    build.actor(child).thread(std::move(wait), state);
    return awaits(build);
}

TEST(Awaits, AThreadOfItsOwnThatGoesOnByItself) {
    EXPECT_EQ(awaits_beside(in_sleep(30s)), "its thread 13 in clock_nanosleep");
    EXPECT_EQ(awaits_beside(in_read(5)), "its thread 13 in recvfrom");
    EXPECT_EQ(awaits_beside(in_write(5)), "its thread 13 in sendto");
    EXPECT_EQ(awaits_beside(in_wait4()), "its thread 13 in wait4");
    EXPECT_EQ(awaits_beside(wait_in(WaitKind::connect, "connect")), "its thread 13 in connect");
    EXPECT_EQ(awaits_beside(wait_in(WaitKind::other, "fsync"), ThreadState::uninterruptible),
              "its thread 13 in fsync");
    EXPECT_EQ(awaits_beside(in_nothing()), "its thread 13, which runs") << "as soon as it gets a CPU";
}

TEST(Awaits, NoThreadOfItsOwnThatIdlesOrSleepsForLong) {
    EXPECT_EQ(awaits_beside(in_futex()), "");
    EXPECT_EQ(awaits_beside(in_epoll({})), "");
    EXPECT_EQ(awaits_beside(in_sleep(30s + 1ms)), "");
}

TEST(Awaits, NotItsOwnSleepOfWhichTheTimerTells) {
    EXPECT_EQ(awaits(in_sleep(6s)), "");
}

/// What a thread awaits whose lock is held by the thread 20 of another actor.
std::string awaits_owner(facts::Wait owner_wait) {
    SnapshotBuilder build = unread_request(in_futex(20));
    idle_actor(build, 20, "owner", std::move(owner_wait));
    return awaits(build);
}

TEST(Awaits, TheOwnerOfItsLockIfThatGoesOnByItself) {
    EXPECT_EQ(awaits_owner(in_nothing()), "thread 20, which holds its lock");
    EXPECT_EQ(awaits_owner(in_sleep(6s)), "thread 20, which holds its lock");
    EXPECT_EQ(awaits_owner(in_sleep(1h)), "");
    EXPECT_EQ(awaits_owner(in_futex(child)), "") << "a deadlock of two locks";
}

/// What the child awaits while `pid`, of the parent `ppid`, uses the CPU.
bool awaits_while_busy(Pid pid, Pid ppid) {
    SnapshotBuilder build = unread_request(forgetful());
    idle_actor(build, 20, "sh", in_futex()).child_of(child);
    idle_actor(build, pid, "cc", in_nothing()).child_of(ppid);
    const TwoLooks looks(build, [pid](SnapshotBuilder &later) { later.actor(pid).cpu(1400ms); });
    return !suspicion(looks.scene()).awaits.empty();
}

TEST(Awaits, AProgramThatItRunsHoweverIndirectly) {
    EXPECT_TRUE(awaits_while_busy(21, child));
    EXPECT_TRUE(awaits_while_busy(21, 20));
    EXPECT_FALSE(awaits_while_busy(21, parent)) << "a sibling";
    EXPECT_FALSE(awaits_while_busy(21, 404)) << "a stranger";
}

TEST(Awaits, SurvivesParentsThatAreEachOthers) {
    SnapshotBuilder build = unread_request(forgetful());
    idle_actor(build, 20, "egg", in_nothing()).child_of(21);
    idle_actor(build, 21, "hen", in_nothing()).child_of(20);
    const TwoLooks looks(build, [](SnapshotBuilder &later) { later.actor(20).cpu(1400ms); });
    EXPECT_EQ(suspicion(looks.scene()).awaits, "");
}

/// A parked child with a channel to the actor 13, on which it sent and received at these times.
SnapshotBuilder asks(Interest interest, std::optional<Nanos> sent, std::optional<Nanos> received) {
    SnapshotBuilder build =
        unread_request(in_epoll({watch(child_fd, Interest::disarmed), watch(10, interest)}));
    build.tcp(4, "127.0.0.1:40000", 5, "127.0.0.1:5000").end(4).get().last_send = sent;
    build.end(4).get().last_receive = received;
    build.actor(child).hold(10, 4);
    idle_actor(build, 13, "server", in_nothing()).hold(4, 5);
    return build;
}

TEST(Awaits, AnAnswerOnAnotherChannelWhereItHadTheLastWord) {
    for (const Interest interest : {Interest::armed, Interest::edge}) {
        EXPECT_EQ(awaits(asks(interest, 97s, 96s)), "an answer on fd 10");
        EXPECT_EQ(awaits(asks(interest, 97s, std::nullopt)), "an answer on fd 10");
    }
    EXPECT_EQ(suspicion(OneLook(asks(Interest::armed, 97s, 96s)).scene()).awaited, 13);
}

TEST(Awaits, NoAnswerThatItHasOrNeverAskedForOrDoesNotListenFor) {
    EXPECT_EQ(awaits(asks(Interest::armed, 96s, 97s)), "");
    EXPECT_EQ(awaits(asks(Interest::armed, std::nullopt, 97s)), "");
    EXPECT_EQ(awaits(asks(Interest::disarmed, 97s, 96s)), "");
    EXPECT_EQ(awaits(asks(Interest::none, 97s, 96s)), "");
}

TEST(Awaits, AnAnswerFromOutsideOfNobodyInTheTree) {
    SnapshotBuilder build = asks(Interest::armed, 97s, 96s);
    build.end(4).peer(0);
    const OneLook look(build);
    const Suspicion found = suspicion(look.scene());
    EXPECT_EQ(found.awaits, "an answer on fd 10");
    EXPECT_EQ(found.awaited, std::nullopt);
}

TEST(Awaits, NoAnswerOnTheVeryChannelThatItDoesNotRead) {
    SnapshotBuilder build = unread_request(forgetful());
    build.end(child_end).get().last_send = 97s;
    EXPECT_EQ(awaits(build), "");
}

} // namespace
} // namespace unwedge::diagnosis
