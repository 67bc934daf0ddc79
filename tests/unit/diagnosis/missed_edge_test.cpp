// SPDX-License-Identifier: GPL-2.0-only
#include "diagnosis/story.h"
#include "diagnosis/suspicion.h"

#include <gtest/gtest.h>

namespace unwedge::diagnosis {
namespace {

using facts::Interest;

SnapshotBuilder edge_triggered(facts::Timeout timeout = facts::Timeout::never()) {
    return unread_request(in_epoll({watch(child_fd, Interest::edge)}, timeout));
}

TEST(MissedEdge, IsALoopParkedOnAnEdgeThatItWasToldOf) {
    Story story = wedge(edge_triggered());
    EXPECT_EQ(story.culprits(), Texts{"12 missed_edge certain confirmed"});
    EXPECT_EQ(story.victims(), Texts{"11 waiting likely confirmed"});
    EXPECT_EQ(evidence_text(story.verdict()),
              "165 B unread on fd 9 for 4.5 s, nothing consumed [sweep]\n"
              "fd 9 is watched edge-triggered: its loop is told of what comes, and never again of what it "
              "left unread "
              "[fdinfo]\n"
              "its loop, thread 12, is parked in epoll_wait without a timer [iter/task]\n"
              "11 waits in epoll_wait to read from 12 on fd 7, and does nothing else [wait-for graph]\n");
}

TEST(MissedEdge, IsNotCertainOfWhomATimerWillWake) {
    EXPECT_EQ(wedge(edge_triggered(facts::Timeout::after(5s))).culprits(), Texts{});
}

TEST(MissedEdge, IsNotWhileTheLoopRunsOrAnotherThreadIsToldOfAll) {
    SnapshotBuilder running = edge_triggered();
    running.actor(child).thread_at(0).state(ThreadState::running);
    EXPECT_EQ(wedge(running).culprits(), Texts{});
    SnapshotBuilder attended = edge_triggered();
    attended.actor(child).thread(in_epoll({reads(child_fd)}));
    EXPECT_EQ(wedge(attended).culprits(), Texts{});
}

TEST(MissedEdge, IsNotOfAProxyThatWaitsToWrite) {
    SnapshotBuilder build =
        unread_request(in_epoll({watch(child_fd, Interest::edge), {10, Interest::disarmed, true}}));
    build.tcp(4, "127.0.0.1:40000", 5, "127.0.0.1:5000").end(4).unsent(9000);
    build.actor(child).hold(10, 4);
    EXPECT_EQ(wedge(build).culprits(), Texts{});
}
} // namespace
} // namespace unwedge::diagnosis
