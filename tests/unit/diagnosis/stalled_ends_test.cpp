// SPDX-License-Identifier: GPL-2.0-only
#include "diagnosis/suspicion.h"

#include "diagnosis/scenes.h"

#include <gtest/gtest.h>

namespace unwedge::diagnosis {
namespace {

using facts::Interest;

constexpr Pid worker = 13;

/// What is kept of a stalled end once its scene is gone.
struct Choice {
    EndId end = 0;
    Pid holder = 0;
    int fd = -1;
    Pid loop = 0;
    bool inferred = false;

    bool operator==(const Choice &) const = default;
};

std::ostream &operator<<(std::ostream &out, const Choice &one) {
    return out << "end " << one.end << " holder " << one.holder << " fd " << one.fd << " loop " << one.loop
               << (one.inferred ? " inferred" : "");
}

std::vector<Choice> choices(const SnapshotBuilder &build) {
    const OneLook look(build);
    const Scene scene = look.scene();
    std::vector<Choice> all;
    for (const StalledEnd &one : stalled_ends(scene))
        all.push_back({one.end->id, one.holder->pid, one.fd, one.loop->tid, one.inferred});
    return all;
}

Choice choice(const SnapshotBuilder &build) {
    const std::vector<Choice> all = choices(build);
    EXPECT_EQ(all.size(), 1U);
    return all.empty() ? Choice{} : all.front();
}

TEST(StalledEnds, AreThoseUnreadForStallAfter) {
    SnapshotBuilder build = conversation(forgetful());
    EXPECT_TRUE(choices(build).empty()) << "nothing unread";
    build.end(child_end).unread(165, first_look - 2999ms);
    EXPECT_TRUE(choices(build).empty()) << "not for long enough";
    build.end(child_end).unread(165, first_look - 3s);
    EXPECT_EQ(choice(build), (Choice{child_end, child, child_fd, child}));
    build.end(child_end).unread(165);
    EXPECT_TRUE(choices(build).empty()) << "for who knows how long";
    build.end(child_end).unread(0, stalled_at).get().unread.reset();
    EXPECT_TRUE(choices(build).empty()) << "who knows how much";
}

TEST(StalledEnds, AreOnlyThoseThatALivingActorHolds) {
    SnapshotBuilder build = unread_request(forgetful());
    build.actor(child).get().exited = true;
    EXPECT_TRUE(choices(build).empty());
    SnapshotBuilder dropped = unread_request(forgetful());
    dropped.actor(child).get().holds.clear();
    EXPECT_TRUE(choices(dropped).empty());
}

TEST(StalledEnds, OfAnActorWhoseThreadsCouldNotBeReadAreLeftOut) {
    SnapshotBuilder build = unread_request(forgetful());
    build.actor(child).get().threads.clear();
    EXPECT_TRUE(choices(build).empty());
}

TEST(StalledEnds, OfAVanishedPeerAreStillFound) {
    SnapshotBuilder build = unread_request(forgetful());
    build.end(child_end).peer(404);
    EXPECT_EQ(choice(build).holder, child);
    build.end(child_end).peer(0);
    EXPECT_EQ(choice(build).holder, child);
}

/// The parent of the child, and a worker forked later, both with a copy of the child's descriptor.
SnapshotBuilder inherited(facts::Wait child_wait, facts::Wait worker_wait) {
    SnapshotBuilder build = unread_request(std::move(child_wait));
    build.actor(child).started(10s);
    build.actor(worker, "worker").started(20s).hold(4, child_end).thread(std::move(worker_wait));
    return build;
}

TEST(Holder, IsTheOneWithTheEndInTheSetOfItsLoop) {
    SnapshotBuilder build = inherited(in_epoll({watch(child_fd, Interest::disarmed)}), in_epoll({}));
    build.end(child_end).last_reader(worker);
    EXPECT_EQ(choice(build), (Choice{child_end, child, child_fd, child}));
}

TEST(Holder, IsElseTheOneThatReadItLast) {
    SnapshotBuilder build = inherited(in_epoll({}), in_epoll({}));
    build.end(child_end).last_reader(child);
    EXPECT_EQ(choice(build), (Choice{child_end, child, child_fd, child}));
}

TEST(Holder, IsElseTheOnlyOneThatDoesNotHoldTheOtherSide) {
    SnapshotBuilder build = inherited(in_epoll({}), in_epoll({}));
    build.actor(worker).hold(5, parent_end);
    EXPECT_EQ(choice(build), (Choice{child_end, child, child_fd, child}));
}

TEST(Holder, IsElseTheYoungestAndThatIsInferred) {
    const SnapshotBuilder build = inherited(in_epoll({}), in_epoll({}));
    EXPECT_EQ(choice(build), (Choice{child_end, worker, 4, worker, true}));
}

TEST(Holder, IsNotInferredFromALastReaderThatIsGone) {
    SnapshotBuilder build = inherited(in_epoll({}), in_epoll({}));
    build.end(child_end).last_reader(404);
    EXPECT_TRUE(choice(build).inferred);
}

TEST(Holder, WithTwoDescriptorsIsNotInferred) {
    SnapshotBuilder build = unread_request(forgetful());
    build.actor(child).hold(33, child_end);
    EXPECT_FALSE(choice(build).inferred);
    EXPECT_EQ(choice(build).holder, child);
}

TEST(Loop, IsTheThreadWithTheEndInItsSet) {
    SnapshotBuilder build = unread_request(in_futex());
    build.actor(child).thread(in_epoll({})).thread(in_epoll({watch(child_fd, Interest::disarmed)}));
    build.end(child_end).last_reader(child);
    EXPECT_EQ(choice(build), (Choice{child_end, child, child_fd, child + 2}));
}

TEST(Loop, IsElseTheLastReader) {
    SnapshotBuilder build = unread_request(in_futex());
    build.actor(child).thread(in_epoll({})).thread(in_futex());
    build.end(child_end).last_reader(child + 2);
    EXPECT_EQ(choice(build), (Choice{child_end, child, child_fd, child + 2}));
}

TEST(Loop, IsElseTheOnlyThread) {
    EXPECT_EQ(choice(unread_request(in_futex())), (Choice{child_end, child, child_fd, child}));
}

TEST(Loop, IsElseTheFirstParkedThreadAndThatIsInferred) {
    SnapshotBuilder build = unread_request(in_futex());
    build.actor(child).thread(in_epoll({})).thread(in_epoll({}));
    EXPECT_EQ(choice(build), (Choice{child_end, child, child_fd, child + 1, true}));
}

TEST(Loop, IsElseTheMainThreadAndThatIsInferred) {
    SnapshotBuilder build = unread_request(in_futex());
    build.actor(child).thread(in_futex());
    EXPECT_EQ(choice(build), (Choice{child_end, child, child_fd, child, true}));
}

TEST(Loop, IsNotAThreadWhoseSetCouldNotBeReadIfAnotherReadLast) {
    SnapshotBuilder build = unread_request(in_unread_epoll());
    build.actor(child).thread(in_futex());
    build.end(child_end).last_reader(child + 1);
    EXPECT_EQ(choice(build).loop, child + 1);
}

/// What the rules find, as "pid kind".
std::string found(const Scene &scene) {
    std::string text;
    for (const Suspicion &one : suspicions(scene, stalled_ends(scene)))
        text += (text.empty() ? "" : ", ") + std::to_string(one.pid) + ' ' + std::string(name(one.kind));
    return text;
}

std::string found(const SnapshotBuilder &build) {
    return found(OneLook(build).scene());
}

TEST(Suspicions, AreOneForEachStalledEndByTheRuleThatIsMet) {
    EXPECT_EQ(found(unread_request(forgetful())), "12 stopped_consuming");
    EXPECT_EQ(found(unread_request(in_sleep(1h))), "12 blocked_loop");
}

TEST(Suspicions, AreNoneOfWhoAttendsTheEnd) {
    EXPECT_EQ(found(unread_request(in_epoll({reads(child_fd)}))), "");
    EXPECT_EQ(found(unread_request(in_read(child_fd))), "");
}

TEST(Suspicions, AreNoneOfWhoIsBlockedReadingItThoughItsPeerIsGone) {
    SnapshotBuilder build = unread_request(in_read(child_fd));
    build.end(child_end).peer(0);
    EXPECT_EQ(found(build), "") << "recv with MSG_WAITALL";
}

TEST(Suspicions, AreNoneWhileAnotherHolderAttendsTheEnd) {
    EXPECT_EQ(found(inherited(forgetful(), in_epoll({reads(4)}))), "");
}

TEST(Suspicions, AreNoneOfWhoRuns) {
    EXPECT_EQ(found(unread_request(in_nothing())), "");
}

TEST(Suspicions, AreNoneOfWhoIsBusy) {
    SnapshotBuilder build = unread_request(forgetful());
    const TwoLooks looks(build, [](SnapshotBuilder &later) { later.actor(child).cpu(1400ms); });
    EXPECT_EQ(found(looks.scene()), "");
}

TEST(Suspicions, OfAStoppedActorAreThatItIsStopped) {
    SnapshotBuilder build = unread_request(forgetful());
    build.actor(child).thread_at(0).state(ThreadState::stopped);
    EXPECT_EQ(found(build), "12 stopped");
}

TEST(Suspicions, OfAnEdgeTriggeredEndAreThatItMissedTheEdge) {
    EXPECT_EQ(found(unread_request(in_epoll({watch(child_fd, Interest::edge)}))), "12 missed_edge");
}

TEST(Suspicions, AreNoneInAnEmptySnapshot) {
    EXPECT_EQ(found(SnapshotBuilder()), "");
}

} // namespace
} // namespace unwedge::diagnosis
