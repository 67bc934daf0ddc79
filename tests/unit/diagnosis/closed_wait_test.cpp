// SPDX-License-Identifier: GPL-2.0-only
#include "diagnosis/story.h"

#include <csignal>

namespace unwedge::diagnosis {
namespace {

constexpr Nanos rested = 4s; ///< before the first look, so a stall at the second one

/// A command and a worker of it that wait for each other by one channel, in blocking calls; nothing is
/// unread.
SnapshotBuilder both_wait() {
    SnapshotBuilder build(first_look);
    build.get().root = parent;
    build.counts_receives_since(1s);
    build.actor(parent, "command")
        .hold(parent_fd, parent_end)
        .alarms(false)
        .listens_to_signals(false)
        .started(10s)
        .cpu(1s);
    build.actor(parent).thread(of_channel(in_read(parent_fd))).thread_at(0).asleep(rested);
    build.actor(child, "worker")
        .child_of(parent)
        .hold(child_fd, child_end)
        .alarms(false)
        .listens_to_signals(false)
        .started(20s);
    build.actor(child).thread(of_channel(in_read(child_fd))).thread_at(0).asleep(rested);
    build.unix_pair(child_end, parent_end);
    return build;
}

/// The command asked last, and its worker is idle.
SnapshotBuilder asked() {
    SnapshotBuilder build = both_wait();
    build.end(parent_end).sent(6, 95s).received(5, 94s);
    build.actor(child).thread_at(0).wait(in_epoll({awaits(child_fd)}));
    return build;
}

TEST(ClosedWait, OfTwoThatReadFromEachOtherIsADeadlock) {
    Story story = wedge(both_wait());
    EXPECT_EQ(story.culprits(), Texts{"12 deadlock certain confirmed"});
    EXPECT_EQ(story.victims(), Texts{"11 waiting likely confirmed"});
    const std::string text = evidence_text(story.verdict());
    EXPECT_TRUE(mentions(text, "11 waits in recvfrom for 12 on fd 7")) << text;
    EXPECT_TRUE(mentions(text, "12 waits in recvfrom for 11 on fd 9")) << text;
    EXPECT_TRUE(mentions(text, "closed-wait proof")) << text;
}

TEST(ClosedWait, OfTwoThatAreBlockedSendingToEachOtherIsADeadlock) {
    SnapshotBuilder build = both_wait();
    build.actor(parent).thread_at(0).wait(of_channel(in_write(parent_fd)));
    build.actor(child).thread_at(0).wait(of_channel(in_write(child_fd)));
    build.end(parent_end).unread(90'000, stalled_at);
    build.end(child_end).unread(90'000, stalled_at);
    EXPECT_EQ(wedge(build).culprits(), Texts{"12 deadlock certain confirmed"});
}

TEST(ClosedWait, TakesTwoLooks) {
    Story story(both_wait());
    story.look();
    EXPECT_EQ(story.culprits(), nobody);
    EXPECT_TRUE(story.is_open());
}

TEST(ClosedWait, IsNoneUntilAllHaveRestedForAsLongAsAStall) {
    SnapshotBuilder build = both_wait();
    build.actor(child).thread_at(0).asleep(1s);
    EXPECT_EQ(wedge(build).culprits(), nobody);
}

TEST(ClosedWait, IsOnlyOfACommand) {
    SnapshotBuilder build = both_wait();
    build.get().root.reset();
    EXPECT_EQ(wedge(build).culprits(), nobody) << "who was found running may idle";
}

TEST(ClosedWait, IsNoneWhileAnythingIsHidden) {
    SnapshotBuilder build = both_wait();
    build.get().hidden.emplace_back("the descriptors of 1 of 2 processes");
    EXPECT_EQ(wedge(build).culprits(), nobody);
}

TEST(ClosedWait, IsInconclusiveWithALossInItsWindow) {
    SnapshotBuilder build = both_wait();
    build.lost("events", 1, 99s);
    EXPECT_EQ(wedge(build).culprits(), Texts{"12 deadlock inconclusive confirmed"});
}

TEST(ClosedWait, RecoversAsSoonAsAnybodyOfItRuns) {
    Story story = wedge(both_wait());
    story.build.actor(parent).thread_at(0).switches(1);
    story.look();
    EXPECT_EQ(story.culprits(), Texts{"12 deadlock certain recovered"});
}

TEST(ClosedWait, EndsWithWhoeverOfItEnds) {
    Story story = wedge(both_wait());
    story.build.actor(child).exited(0);
    story.look();
    EXPECT_FALSE(story.latest().wedged());
}

TEST(ClosedWait, IsUnansweredWhereTheOtherTookARequestAndIdles) {
    Story story = wedge(asked());
    EXPECT_EQ(story.culprits(), Texts{"12 unanswered certain confirmed"});
    EXPECT_EQ(story.verdict().channel, channel);
}

TEST(ClosedWait, IsNoneWhereTheIdleOneIsOnlyAwaitedForItsEnd) {
    SnapshotBuilder build = asked();
    build.actor(parent).thread_at(0).wait(in_wait4(child));
    EXPECT_EQ(wedge(build).culprits(), nobody) << "a shell and the service that it runs";
}

TEST(ClosedWait, IsNoneWhereTheIdleOnesOutputIsRead) {
    SnapshotBuilder build = asked();
    build.end(parent_end).received(6, 96s);
    EXPECT_EQ(wedge(build).culprits(), nobody) << "a service, and who keeps its log";
}

TEST(ClosedWait, IsNoneOfALoopThatOnlyIdles) {
    SnapshotBuilder build(first_look);
    build.get().root = parent;
    build.actor(parent, "idle")
        .alarms(false)
        .listens_to_signals(false)
        .thread(in_epoll({}))
        .thread_at(0)
        .asleep(60s);
    EXPECT_EQ(wedge(build).culprits(), nobody) << "a signal will end it";
}

TEST(ClosedWait, IsTheParentsAndTheChildsDeadlockWhereEachWaitsForTheOther) {
    SnapshotBuilder build = both_wait();
    build.actor(parent).thread_at(0).wait(in_wait4(child));
    EXPECT_EQ(wedge(build).culprits(), Texts{"12 deadlock certain confirmed"});
}

TEST(ClosedWait, OfALockThatNoThreadCanRelease) {
    SnapshotBuilder build(first_look);
    build.get().root = parent;
    build.actor(parent, "locked")
        .alarms(false)
        .listens_to_signals(false)
        .thread(in_lock(""))
        .thread_at(0)
        .asleep(rested);
    EXPECT_EQ(wedge(build).culprits(), Texts{"11 closed_wait certain confirmed"});
}

TEST(ClosedWait, OfASharedLockThatNobodyCanRelease) {
    SnapshotBuilder build = both_wait();
    build.actor(parent).thread_at(0).wait(in_wait4(child));
    build.actor(child).thread_at(0).wait(in_lock("0:1:7"));
    EXPECT_EQ(wedge(build).culprits(), Texts{"12 orphaned_lock likely confirmed"});
}

/// A reader of a pipe, child of the command, and its sibling.
SnapshotBuilder pipe_with_sibling(int sibling_fd) {
    const EndId reading = facts::first_pipe;
    SnapshotBuilder build = both_wait();
    build.actor(parent).thread_at(0).wait(in_wait4(20));
    build.actor(20, "reader")
        .child_of(parent)
        .alarms(false)
        .listens_to_signals(false)
        .started(30s)
        .hold(0, reading);
    build.actor(20).thread(of_channel(in_read(0))).thread_at(0).asleep(rested);
    build.actor(child).hold(sibling_fd, reading + 1);
    build.end(reading).kind(facts::ChannelKind::pipe).peer(reading + 1);
    build.end(reading + 1).kind(facts::ChannelKind::pipe).peer(reading);
    return build;
}

TEST(ClosedWait, IsOfWhoHoldsAPipeThatItsSiblingReadsToTheEnd) {
    Story story = wedge(pipe_with_sibling(8));
    EXPECT_EQ(story.culprits(), Texts{"12 eof_withheld likely confirmed"});
    EXPECT_TRUE(mentions(evidence_text(story.verdict()), "still holds the writing side on fd 8"));
}

TEST(ClosedWait, IsADeadlockWhereTheSiblingsOutputIsThatPipe) {
    EXPECT_EQ(wedge(pipe_with_sibling(1)).culprits(), Texts{"20 deadlock certain confirmed"}) << "a pipeline";
}

TEST(ClosedWait, OfAPipeWhoseOnlyWriterReadsIt) {
    SnapshotBuilder build(first_look);
    build.get().root = parent;
    build.actor(parent, "alone")
        .alarms(false)
        .listens_to_signals(false)
        .hold(4, facts::first_pipe)
        .hold(5, facts::first_pipe + 1);
    build.actor(parent).thread(of_channel(in_read(4))).thread_at(0).asleep(rested);
    EXPECT_EQ(wedge(build).culprits(), Texts{"11 eof_withheld certain confirmed"});
}

TEST(ClosedWait, IsTheReplyThatAKilledWorkerOwes) {
    SnapshotBuilder build = both_wait();
    build.actor(30, "killed").child_of(parent).exited(SIGKILL);
    Story story = wedge(build);
    EXPECT_EQ(story.culprits(), Texts{"30 lost_reply likely confirmed"});
    EXPECT_EQ(story.victims(), (Texts{"11 waiting likely confirmed", "12 waiting likely confirmed"}));
    story.build.actor(parent).thread_at(0).switches(1);
    story.look();
    EXPECT_EQ(story.culprits(), Texts{"30 lost_reply likely recovered"});
}

TEST(ClosedWait, IsNotTheFaultOfAWorkerThatWasEndedInGoodOrder) {
    SnapshotBuilder build = both_wait();
    build.actor(30, "ended").child_of(parent).exited(SIGTERM);
    EXPECT_EQ(wedge(build).culprits(), Texts{"12 deadlock certain confirmed"});
}

TEST(ClosedWait, HasPatienceWhereSomebodyMayStillConnect) {
    SnapshotBuilder build = asked();
    build.listener(60, "127.0.0.1:80", 0, 5).actor(child).hold(3, 60);
    build.actor(child).thread_at(0).wait(in_epoll({awaits(child_fd), awaits(3)}));
    Story story = wedge(build);
    EXPECT_EQ(story.culprits(), nobody);
    story.look_for(40s);
    EXPECT_EQ(story.culprits(), Texts{"12 unanswered likely confirmed"});
}

TEST(ClosedWait, IsNotToldBesideWhatAQueueShows) {
    SnapshotBuilder build = asked();
    build.actor(20, "deaf").child_of(parent).alarms(false).listens_to_signals(false).hold(4, 70);
    build.actor(20).thread(in_epoll({})).thread_at(0).asleep(60s);
    build.actor(parent).hold(8, 71).thread_at(0).wait(in_epoll({awaits(parent_fd), awaits(8)}));
    build.unix_pair(70, 71);
    build.end(70).unread(10, stalled_at);
    EXPECT_EQ(wedge(build).culprits(), Texts{"20 stopped_consuming certain confirmed"});
}

/// The command's request still lies unread in the worker's end, which no loop asks for.
SnapshotBuilder unread_since(Nanos since) {
    SnapshotBuilder build = asked();
    build.actor(child).thread_at(0).wait(in_epoll({}));
    build.end(child_end).unread(7, since);
    return build;
}

TEST(ClosedWait, LeavesWhatIsUnreadToTheRulesAboutThatFromTheFirst) {
    Story story = wedge(unread_since(99s));
    EXPECT_EQ(story.culprits(), nobody) << "as a sweep may meet an end late";
    story.look_for(6s);
    EXPECT_EQ(story.culprits(), certain_wedge);
}

TEST(ClosedWait, GivesWayToWhatAQueueShowsLater) {
    Story story = wedge(asked());
    ASSERT_EQ(story.culprits(), Texts{"12 unanswered certain confirmed"});
    const Nanos later = story.build.snapshot().at - 1s;
    story.build.actor(child).thread_at(0).wait(in_epoll({}));
    story.build.end(child_end).unread(7, later);
    story.look_for(6s);
    EXPECT_EQ(story.culprits(), certain_wedge) << "one accusation, and no recovery";
}

} // namespace
} // namespace unwedge::diagnosis
