// SPDX-License-Identifier: GPL-2.0-only
#include "diagnosis/waits.h"

#include "diagnosis/scenes.h"

#include <gtest/gtest.h>

namespace unwedge::diagnosis {
namespace {

using facts::Interest;

std::vector<WaitEdge> waits_in(const SnapshotBuilder &build) {
    return waits(OneLook(build).scene());
}

/// "from>to:channel" in order, with '!' for a definite wait.
std::string graph(const SnapshotBuilder &build) {
    std::string text;
    for (const WaitEdge &edge : waits_in(build)) {
        text += text.empty() ? "" : " ";
        text += std::to_string(edge.from) + (edge.strength == Strength::definite ? "!" : "") + ">" +
                std::to_string(edge.to);
        if (edge.channel)
            text += ":" + std::to_string(*edge.channel);
    }
    return text;
}

/// A parent that waits as told on its channel to a child that sleeps.
SnapshotBuilder parent_in(facts::Wait wait) {
    SnapshotBuilder build = conversation(in_sleep(1h));
    build.actor(parent).thread_at(0).wait(std::move(wait));
    return build;
}

struct Row {
    const char *what;
    facts::Wait wait;
    const char *expected;
};

TEST(Waits, ThroughAChannelFollowFromWhatTheThreadSitsIn) {
    const std::vector<Row> rows{
        {"armed", in_epoll({reads(parent_fd)}), "11>12:1"},
        {"edge-triggered", in_epoll({watch(parent_fd, Interest::edge)}), "11>12:1"},
        {"blocked reading", in_read(parent_fd), "11>12:1"},
        {"blocked sending", in_write(parent_fd), "11!>12:1"},
        {"disarmed", in_epoll({watch(parent_fd, Interest::disarmed)}), ""},
        {"not in the set", in_epoll({}), ""},
        {"an unreadable set", in_unread_epoll(), ""},
        {"blocked reading another", in_read(5), ""},
        {"blocked sending elsewhere", in_write(5), ""},
        {"io_uring", wait_in(WaitKind::io_uring, "io_uring_enter"), ""},
        {"asleep", in_sleep(1h), ""},
        {"on the CPU", in_nothing(), ""},
    };
    for (const Row &row : rows)
        EXPECT_EQ(graph(parent_in(row.wait)), row.expected) << row.what;
}

TEST(Waits, OfALoopThatWaitsToWriteAreDefiniteIfThereIsSomethingUnsent) {
    SnapshotBuilder build = parent_in(in_epoll({{parent_fd, Interest::disarmed, true}}));
    EXPECT_EQ(graph(build), "") << "it merely could write";
    build.end(parent_end).unsent(90'000);
    EXPECT_EQ(graph(build), "11!>12:1");
}

TEST(Waits, SayWhyWithTheCallAndTheDescriptor) {
    EXPECT_EQ(waits_in(parent_in(in_epoll({reads(parent_fd)}))).front().why,
              "waits in epoll_wait to read from 12 on fd 7");
    EXPECT_EQ(waits_in(parent_in(in_write(parent_fd))).front().why, "is blocked sending to 12 on fd 7");
    EXPECT_EQ(waits_in(parent_in(in_wait4(child))).front().why, "waits in wait4 until 12 ends");
}

TEST(Waits, OfTheSendingThreadCountThoughAnotherThreadReads) {
    SnapshotBuilder build = parent_in(in_read(parent_fd));
    build.actor(parent).thread(in_write(parent_fd));
    EXPECT_EQ(graph(build), "11!>12:1");
}

TEST(Waits, AreOnEveryHolderOfTheOtherEnd) {
    SnapshotBuilder build = parent_in(in_read(parent_fd));
    build.actor(20).hold(3, child_end).thread(in_sleep(1h));
    EXPECT_EQ(graph(build), "11>12:1 11>20:1");
}

TEST(Waits, AreNeverOnOneself) {
    SnapshotBuilder build = parent_in(in_read(parent_fd));
    build.actor(parent).hold(8, child_end);
    EXPECT_EQ(graph(build), "11>12:1");
}

TEST(Waits, AreNotOnTheDeadNorOfThem) {
    SnapshotBuilder build = parent_in(in_read(parent_fd));
    build.actor(child).get().exited = true;
    EXPECT_EQ(graph(build), "");
    SnapshotBuilder other = parent_in(in_read(parent_fd));
    other.actor(parent).get().exited = true;
    EXPECT_EQ(graph(other), "");
}

TEST(Waits, ThroughAnOutsideChannelHaveNobodyAtTheirEnd) {
    SnapshotBuilder build = parent_in(in_read(parent_fd));
    build.end(parent_end).peer(0);
    EXPECT_EQ(graph(build), "");
}

TEST(Waits, SurviveAPeerThatIsGone) {
    SnapshotBuilder build = parent_in(in_read(parent_fd));
    build.end(parent_end).peer(404);
    EXPECT_EQ(graph(build), "");
    build.get().ends.erase(parent_end);
    EXPECT_EQ(graph(build), "");
}

TEST(Waits, OfOnePairAndChannelAreOneAndTheDefiniteOneStays) {
    SnapshotBuilder build = parent_in(in_epoll({reads(parent_fd)}));
    build.actor(parent).hold(8, parent_end).thread(in_write(8)).thread(in_read(parent_fd));
    EXPECT_EQ(graph(build), "11!>12:1");
}

TEST(Waits, OfOnePairThroughTwoChannelsAreTwo) {
    SnapshotBuilder build = parent_in(in_epoll({reads(parent_fd), reads(8)}));
    build.tcp(3, "127.0.0.1:4001", 4, "127.0.0.1:51235");
    build.actor(parent).hold(8, 4);
    build.actor(child).hold(10, 3);
    EXPECT_EQ(graph(build), "11>12:1 11>12:3");
}

TEST(Waits, ForOneChildAreDefinite) {
    EXPECT_EQ(graph(parent_in(in_wait4(child))), "11!>12");
}

TEST(Waits, ForAnyChildAreWeakAndOnEachLivingChild) {
    SnapshotBuilder build = parent_in(in_wait4());
    build.actor(13).child_of(parent);
    build.actor(14).child_of(parent).exited(0);
    build.actor(15).child_of(child);
    EXPECT_EQ(graph(build), "11>12 11>13");
}

TEST(Waits, ForAChildThatHasEndedOrWasNeverSeenAreNone) {
    SnapshotBuilder build = parent_in(in_wait4(child));
    build.actor(child).exited(0);
    EXPECT_EQ(graph(build), "");
    EXPECT_EQ(graph(parent_in(in_wait4(404))), "");
}

TEST(Waits, AreInOrderOfActorsAndChannels) {
    SnapshotBuilder build = conversation(in_read(child_fd));
    build.actor(10, "root").thread(in_wait4());
    build.actor(parent).child_of(10);
    EXPECT_EQ(graph(build), "10>11 11>12:1 12>11:1");
}

TEST(Waits, OfNobodyAreNone) {
    EXPECT_EQ(graph(SnapshotBuilder()), "");
}

} // namespace
} // namespace unwedge::diagnosis
