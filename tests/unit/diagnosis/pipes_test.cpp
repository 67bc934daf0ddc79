// SPDX-License-Identifier: GPL-2.0-only
#include "diagnosis/story.h"
#include "diagnosis/suspicion.h"

#include <gtest/gtest.h>

namespace unwedge::diagnosis {
namespace {

constexpr EndId requests = 60; // read by the child, written by the parent at 61
constexpr EndId answers = 62;  // read by the parent, written by the child at 63

void add_pipe(SnapshotBuilder &build, EndId reading) {
    build.end(reading).kind(facts::ChannelKind::pipe).peer(reading + 1);
    build.end(reading + 1).kind(facts::ChannelKind::pipe).peer(reading);
}

/// A parent and a child with a pipe each way, and a request unread.
SnapshotBuilder two_pipes(facts::Wait parent_wait, facts::Wait child_wait) {
    SnapshotBuilder build(first_look);
    add_pipe(build, requests);
    add_pipe(build, answers);
    build.end(requests).unread(165, stalled_at);
    idle_actor(build, parent, "parent", std::move(parent_wait)).hold(4, requests + 1).hold(5, answers);
    idle_actor(build, child, "child", std::move(child_wait))
        .child_of(parent)
        .hold(0, requests)
        .hold(1, answers + 1);
    return build;
}

TEST(Pipes, OfARequestTheAnswerComesByAnother) {
    Story story = wedge(two_pipes(in_read(5), in_futex(child)));
    EXPECT_EQ(story.culprits(), Texts{"12 blocked_loop certain confirmed"});
    EXPECT_EQ(story.victims(), Texts{"11 waiting likely confirmed"});
}

TEST(Pipes, DoNotMakeAVictimOfWhoWaitsForSomebodyElse) {
    SnapshotBuilder build = two_pipes(in_sleep(1h), in_futex(child));
    idle_actor(build, 13, "reader", in_read(5)).hold(5, answers);
    EXPECT_EQ(wedge(build).culprits(), Texts{}) << "it wrote no request";
}

TEST(Pipes, OfALoopThatSharesItsInputWithWhatItRunsAlarmNobodySoon) {
    SnapshotBuilder build = two_pipes(in_write(4), in_wait4(20));
    idle_actor(build, 20, "sleep", in_sleep(60s)).child_of(child).started(50s).hold(0, requests);
    EXPECT_EQ(wedge(build).culprits(), Texts{}) << "while read line; do sleep 60; done";
    build.actor(20).thread_at(0).wait(in_futex(20)).asleep(60s);
    build.actor(child).thread_at(0).wait(in_futex(child)).asleep(60s);
    EXPECT_EQ(wedge(build).culprits(), Texts{"20 blocked_loop likely confirmed"}) << "neither will go on";
}

TEST(Pipes, OfWhatAProgramPrintsOweNoAnswer) {
    SnapshotBuilder build(first_look);
    add_pipe(build, requests);
    build.end(requests).unread(165, stalled_at);
    build.tcp(1, "127.0.0.1:4000", 2, "127.0.0.1:51234");
    idle_actor(build, parent, "server", in_epoll({reads(8)})).hold(8, 1).hold(2, requests + 1);
    idle_actor(build, child, "test", forgetful()).hold(9, 2).hold(5, requests);
    EXPECT_EQ(wedge(build).culprits(), Texts{}) << "an idle server, and a line in its log";
}

TEST(Pipes, ThatServeAsAJobserverAlarmNobody) {
    SnapshotBuilder build(first_look);
    add_pipe(build, requests);
    build.end(requests).unread(7, stalled_at);
    for (const Pid pid : {parent, child})
        idle_actor(build, pid, "make", in_wait4()).hold(3, requests).hold(4, requests + 1);
    build.actor(child).child_of(parent);
    idle_actor(build, 20, "sleep", in_sleep(1h)).child_of(child);
    Story story(build);
    story.look_for(60s);
    EXPECT_EQ(story.culprits(), Texts{});
}

TEST(Pipes, OfAPagerThatAPersonReadsAlarmNobody) {
    facts::Wait terminal = in_read(3);
    terminal.from_terminal = true;
    Story story(two_pipes(in_write(4), terminal));
    story.look_for(60s);
    EXPECT_EQ(story.culprits(), Texts{});
}

TEST(Pipes, ThatAreReadAlarmNobody) {
    EXPECT_EQ(wedge(two_pipes(in_read(5), in_read(0))).culprits(), Texts{});
}

/// The parent waits for a child that is blocked writing what the parent does not read.
SnapshotBuilder full_pipe(facts::Wait child_wait) {
    SnapshotBuilder build = two_pipes(in_wait4(child), std::move(child_wait));
    build.end(requests).unread(0);
    build.end(answers).unread(65'536, stalled_at);
    return build;
}

TEST(Pipes, OfAChildThatIsBlockedByWhoWaitsForItAreTheParentsFault) {
    Story story = wedge(full_pipe(in_write(1)));
    EXPECT_EQ(story.culprits(), Texts{"11 blocked_loop certain confirmed"});
    EXPECT_EQ(story.verdict().blocked_on, BlockedOn::child);
    EXPECT_EQ(story.victims(), Texts{"12 waiting certain confirmed"});
}

TEST(Pipes, OfAChildThatMayEndAreNobodysFault) {
    EXPECT_EQ(wedge(full_pipe(in_sleep(5s))).culprits(), Texts{});
}
} // namespace
} // namespace unwedge::diagnosis
