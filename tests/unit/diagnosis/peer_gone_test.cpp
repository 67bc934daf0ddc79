// SPDX-License-Identifier: GPL-2.0-only
#include "diagnosis/story.h"
#include "diagnosis/suspicion.h"

#include <gtest/gtest.h>

namespace unwedge::diagnosis {
namespace {

using facts::Interest;

constexpr EndId dead_end = 30;

/// The child was asked by its parent, has asked a backend, and that one is gone.
SnapshotBuilder asked_a_dead_backend() {
    SnapshotBuilder build = conversation(in_epoll({reads(child_fd), watch(10, Interest::disarmed)}));
    build.end(parent_end).sent(3, 94s).received(2, 80s);
    build.end(child_end).sent(2, 80s).received(3, 94s);
    build.outside(dead_end, "127.0.0.1:40000", "127.0.0.1:5000").sent(3, 94s).received(2, 80s).peer_closed();
    build.end(dead_end).get().closed_since = stalled_at;
    build.end(dead_end).get().eof_read = false;
    build.actor(child).hold(10, dead_end);
    return build;
}

TEST(PeerGone, IsWhoAwaitsAnAnswerOfTheDead) {
    Story story = wedge(asked_a_dead_backend());
    EXPECT_EQ(story.culprits(), Texts{"12 peer_gone likely confirmed"});
    EXPECT_EQ(story.verdict().since, stalled_at);
    EXPECT_EQ(story.verdict().channel, dead_end);
    EXPECT_EQ(story.victims(), Texts{"11 waiting likely confirmed"});
}

TEST(PeerGone, IsNobodyWhoHasReadTheEndOfFileOrWillSeeIt) {
    SnapshotBuilder has_read = asked_a_dead_backend();
    has_read.end(dead_end).get().eof_read = true;
    EXPECT_EQ(wedge(has_read).culprits(), Texts{}) << "a leftover";
    SnapshotBuilder attends = asked_a_dead_backend();
    attends.actor(child).thread_at(0).wait(in_epoll({reads(child_fd), reads(10)}));
    EXPECT_EQ(wedge(attends).culprits(), Texts{});
}

TEST(PeerGone, IsNobodyWithAnIdleConnectionThatTheOtherSideClosed) {
    SnapshotBuilder pooled = asked_a_dead_backend();
    pooled.end(dead_end).received(3, 95s);
    EXPECT_EQ(wedge(pooled).culprits(), Texts{}) << "it had its answer";
    SnapshotBuilder unknown = asked_a_dead_backend();
    unknown.end(dead_end).received(3, 94s);
    EXPECT_EQ(wedge(unknown).culprits(), Texts{}) << "both within one sweep";
}

TEST(PeerGone, IsNobodyWhomNobodyHasAsked) {
    SnapshotBuilder build = asked_a_dead_backend();
    build.end(parent_end).received(3, 95s);
    EXPECT_EQ(wedge(build).culprits(), Texts{}) << "the parent has its answer, and waits for the next";
}

TEST(PeerGone, IsNobodyWhoWasAskedOnlyAfterwards) {
    SnapshotBuilder build = asked_a_dead_backend();
    build.end(parent_end).sent(4, 95s);
    EXPECT_EQ(wedge(build).culprits(), Texts{}) << "that request has nothing to do with the dead";
}

TEST(PeerGone, IsNobodyForWhomAReaderOfAPipeWaits) {
    SnapshotBuilder build = asked_a_dead_backend();
    build.end(parent_end).received(3, 95s);
    build.end(70).kind(facts::ChannelKind::pipe).peer(71);
    build.end(71).kind(facts::ChannelKind::pipe).peer(70);
    build.actor(child).hold(20, 71);
    idle_actor(build, 13, "idle worker", in_read(0)).hold(0, 70);
    EXPECT_EQ(wedge(build).culprits(), Texts{});
}

TEST(PeerGone, IsNotOfAPeerThatOnlyShutDownItsSending) {
    SnapshotBuilder build = asked_a_dead_backend();
    build.end(31).peer(dead_end);
    build.end(dead_end).peer(31);
    idle_actor(build, 13, "backend", in_epoll({})).hold(3, 31);
    EXPECT_EQ(wedge(build).culprits(), Texts{});
}

TEST(PeerGone, EndsWhenTheEndIsClosed) {
    Story story = wedge(asked_a_dead_backend());
    std::erase_if(story.build.actor(child).get().holds,
                  [](const facts::Hold &hold) { return hold.fd == 10; });
    story.look();
    EXPECT_EQ(story.culprits(), Texts{"12 peer_gone likely ended"});
}
} // namespace
} // namespace unwedge::diagnosis
