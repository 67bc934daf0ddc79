// SPDX-License-Identifier: GPL-2.0-only
#include "diagnosis/story.h"
#include "diagnosis/suspicion.h"

#include <gtest/gtest.h>

namespace unwedge::diagnosis {
namespace {

using facts::Interest;

constexpr EndId listener = 40;
constexpr int listener_fd = 3;
constexpr Pid client = 20;

/// A client that is connected to the child and has asked, and the child, which waits as told.
SnapshotBuilder in_the_queue(facts::Wait child_wait) {
    SnapshotBuilder build(first_look);
    idle_actor(build, child, "server", std::move(child_wait)).hold(listener_fd, listener);
    idle_actor(build, client, "client", in_epoll({reads(5)})).hold(5, 51);
    build.outside(51, "127.0.0.1:40000", "127.0.0.1:4000").get().pending_on = listener;
    build.listener(listener, "127.0.0.1:4000", 1, 128).get().listeners.back().queued_since = stalled_at;
    return build;
}

TEST(NotAccepting, IsWhoLetsAClientWaitInTheQueue) {
    Story story = wedge(in_the_queue(forgetful()));
    EXPECT_EQ(story.culprits(), Texts{"12 not_accepting certain confirmed"});
    EXPECT_EQ(story.victims(), Texts{"20 waiting likely confirmed"});
    EXPECT_EQ(story.verdict().channel, 51U) << "the client's connection";
    EXPECT_EQ(evidence_text(story.verdict()),
              "1 connection waits to 127.0.0.1:4000 (fd 3) for 4.5 s, none was accepted [sweep]\n"
              "no thread waits to accept one [fdinfo]\n"
              "its loop, thread 12, is parked in epoll_wait without a timer [iter/task]\n"
              "20 waits in epoll_wait to read from 12 on fd 5, and does nothing else [wait-for graph]\n");
}

TEST(NotAccepting, IsWhoIsBlockedElsewhereToo) {
    EXPECT_EQ(wedge(in_the_queue(wait_in(WaitKind::signal, "pause"))).culprits(),
              Texts{"12 not_accepting certain confirmed"});
}

TEST(NotAccepting, IsNobodyWhoWaitsToAccept) {
    facts::Wait accept = wait_in(WaitKind::accept, "accept");
    accept.fd = listener_fd;
    for (const facts::Wait &wait : {accept, in_epoll({reads(listener_fd)})})
        EXPECT_EQ(wedge(in_the_queue(wait)).culprits(), Texts{}) << wait.call;
}

TEST(NotAccepting, HasPatienceWithWhoServesOneAfterTheOther) {
    EXPECT_EQ(wedge(in_the_queue(in_read(9))).culprits(), Texts{}) << "it reads from a database";
    EXPECT_EQ(wedge(in_the_queue(in_wait4(99))).culprits(), Texts{});
    Story story(in_the_queue(in_read(9)));
    story.look_for(60s);
    EXPECT_EQ(story.culprits(), Texts{"12 not_accepting likely confirmed"});
}

TEST(NotAccepting, IsNobodyWhoWaitsForAnotherActor) {
    SnapshotBuilder build = in_the_queue(in_read(9));
    build.tcp(60, "127.0.0.1:40001", 61, "127.0.0.1:5000");
    build.actor(child).hold(9, 60);
    idle_actor(build, 13, "backend", in_sleep(1h)).hold(3, 61);
    Story story(build);
    story.look_for(60s);
    EXPECT_EQ(story.culprits(), Texts{});
}

TEST(NotAccepting, IsLikelyAtMostWhereTheQueueIsKnownByAnAddress) {
    SnapshotBuilder build = in_the_queue(forgetful());
    build.get().listeners.back().kind = facts::ChannelKind::unix_stream;
    EXPECT_EQ(wedge(build).culprits(), Texts{"12 not_accepting likely confirmed"});
}

TEST(NotAccepting, IsNobodyWhileNoClientWaits) {
    SnapshotBuilder build = in_the_queue(forgetful());
    build.actor(client).thread_at(0).wait(in_sleep(1h));
    EXPECT_EQ(wedge(build).culprits(), Texts{});
}

TEST(NotAccepting, EndsWhenOneIsAccepted) {
    Story story = wedge(in_the_queue(forgetful()));
    story.build.get().listeners.back().queued = 0;
    story.build.get().listeners.back().queued_since.reset();
    story.look();
    EXPECT_EQ(story.culprits(), Texts{"12 not_accepting certain recovered"});
}
} // namespace
} // namespace unwedge::diagnosis
