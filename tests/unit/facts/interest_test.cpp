// SPDX-License-Identifier: GPL-2.0-only
#include "facts/names.h"

#include "support/snapshot_builder.h"

#include <gtest/gtest.h>

namespace unwedge::facts {
namespace {

using namespace support;

Interest interest_of(SnapshotBuilder &build) {
    return interest_in(build.snapshot(), build.end(1).get());
}

/// An actor that holds end 1 as fd 9 and waits as told.
SnapshotBuilder reader(Wait wait) {
    SnapshotBuilder build;
    build.end(1);
    build.actor(10, "reader").hold(9, 1).thread(std::move(wait));
    return build;
}

Interest interest_of(Wait wait) {
    SnapshotBuilder build = reader(std::move(wait));
    return interest_of(build);
}

TEST(Interest, IsWhatTheReadinessWaitAsks) {
    for (const Interest asked : {Interest::armed, Interest::disarmed, Interest::edge, Interest::unknown})
        EXPECT_EQ(interest_of(in_epoll({watch(9, asked)})), asked);
    EXPECT_EQ(interest_of(in_epoll({reads(8)})), Interest::none);
}

TEST(Interest, IsUnknownWhereTheSetIs) {
    EXPECT_EQ(interest_of(in_unread_epoll()), Interest::unknown);
}

TEST(Interest, IsArmedByABlockingRead) {
    EXPECT_EQ(interest_of(in_read(9)), Interest::armed);
    EXPECT_EQ(interest_of(in_read(8)), Interest::none);
    EXPECT_EQ(interest_of(wait_in(WaitKind::read, "read")), Interest::unknown);
}

TEST(Interest, IsNoneInWaitsForOtherThings) {
    EXPECT_EQ(interest_of(in_sleep(1h)), Interest::none);
    EXPECT_EQ(interest_of(in_futex()), Interest::none);
    EXPECT_EQ(interest_of(in_write(9)), Interest::none);
    EXPECT_EQ(interest_of(in_nothing()), Interest::none);
}

TEST(Interest, IsUnknownInAWaitThatCouldNotBeRead) {
    EXPECT_EQ(interest_of(wait_in(WaitKind::unknown, "")), Interest::unknown);
    SnapshotBuilder running = reader(wait_in(WaitKind::unknown, ""));
    running.actor(10).thread_at(0).state(ThreadState::running);
    EXPECT_EQ(interest_of(running), Interest::none);
}

TEST(Interest, IsUnknownWhileAnIoUringMayRead) {
    SnapshotBuilder build = reader(in_epoll({}));
    build.actor(10).io_uring();
    EXPECT_EQ(interest_of(build), Interest::unknown);
    Wait ring = wait_in(WaitKind::io_uring, "io_uring_enter");
    ring.watches.emplace();
    EXPECT_EQ(interest_of(ring), Interest::unknown);
}

TEST(Interest, IsTheStrongestOfAllThreadsAndHolders) {
    SnapshotBuilder build = reader(in_epoll({watch(9, Interest::disarmed)}));
    build.actor(10).thread(in_epoll({watch(9, Interest::edge)}));
    EXPECT_EQ(interest_of(build), Interest::edge);
    build.actor(11, "sibling").hold(4, 1).thread(in_unread_epoll());
    EXPECT_EQ(interest_of(build), Interest::unknown) << "what can't be read may be armed";
    build.actor(12, "other").hold(5, 1).thread(in_epoll({reads(5)}));
    EXPECT_EQ(interest_of(build), Interest::armed);
}

TEST(Interest, GoesByDescriptorOfTheSameActor) {
    SnapshotBuilder build = reader(in_epoll({}));
    build.actor(11, "bystander").thread(in_epoll({reads(9)}));
    EXPECT_EQ(interest_of(build), Interest::none) << "fd 9 of another actor is another file";
    build.actor(10).hold(12, 1);
    build.actor(10).thread(in_epoll({reads(12)}));
    EXPECT_EQ(interest_of(build), Interest::armed) << "a duplicate of the descriptor is the same end";
}

TEST(Interest, OfTheDeadIsNone) {
    SnapshotBuilder build = reader(in_epoll({reads(9)}));
    build.actor(10).thread_at(0).state(ThreadState::dead);
    EXPECT_EQ(interest_of(build), Interest::none);
    build.actor(10).thread_at(0).state(ThreadState::sleeping);
    build.actor(10).get().exited = true;
    EXPECT_EQ(interest_of(build), Interest::none);
}

TEST(Names, OfTheModelAreTheWordsOfTheReports) {
    EXPECT_EQ(name(ChannelKind::tcp), "tcp");
    EXPECT_EQ(name(ChannelKind::unix_stream), "unix");
    EXPECT_EQ(name(ChannelKind::unix_seqpacket), "unix");
    EXPECT_EQ(name(ChannelKind::unix_dgram), "unix");
    EXPECT_EQ(name(Interest::disarmed), "disarmed");
    EXPECT_EQ(name(WaitKind::file_lock), "file_lock");
    EXPECT_EQ(letter(ThreadState::traced), 't');
    EXPECT_EQ(letter(ThreadState::frozen), 'F');
    EXPECT_EQ(letter(ThreadState::unknown), '?');
}

} // namespace
} // namespace unwedge::facts
