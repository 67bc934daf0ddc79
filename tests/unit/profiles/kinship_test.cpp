// SPDX-License-Identifier: GPL-2.0-only
#include "profiles/kinship.h"

#include "support/snapshot_builder.h"

#include <gtest/gtest.h>

namespace unwedge::profiles {
namespace {

using namespace support;

Link link_of(const SnapshotBuilder &build, facts::Pid pid) {
    return Kinship(build.snapshot()).link_to_parent(build.snapshot().actors.at(pid));
}

/// 1, and its child 2 which holds the other end.
SnapshotBuilder connected() {
    SnapshotBuilder build;
    build.actor(1).hold(7, 1);
    build.actor(2).child_of(1).hold(8, 2);
    build.actor(3).child_of(1);
    build.unix_pair(1, 2);
    return build;
}

TEST(Kinship, SeesAChannelToTheParent) {
    EXPECT_EQ(link_of(connected(), 2), Link::unix_socket);
    EXPECT_EQ(link_of(connected(), 3), Link::none);
    EXPECT_EQ(link_of(connected(), 1), Link::none) << "its parent is not in the tree";
    SnapshotBuilder build = connected();
    build.tcp(1, "127.0.0.1:1", 2, "127.0.0.1:2");
    build.end(1).kind(facts::ChannelKind::tcp);
    build.end(2).kind(facts::ChannelKind::tcp);
    EXPECT_EQ(link_of(build, 2), Link::tcp);
}

TEST(Kinship, AChannelBetweenSiblingsIsNone) {
    SnapshotBuilder build = connected();
    build.actor(1).get().holds.clear();
    build.actor(3).hold(7, 1);
    EXPECT_EQ(link_of(build, 2), Link::none);
}

TEST(Kinship, WhatAForkCopiedIsNoChannel) {
    SnapshotBuilder build = connected();
    build.actor(1).hold(8, 2);
    build.actor(2).hold(7, 1).thread(in_read(8));
    EXPECT_EQ(link_of(build, 2), Link::none) << "an event loop's self-pipe looks like this";
    build.end(1).last_reader(1);
    EXPECT_EQ(link_of(build, 2), Link::none) << "the parent's own";
    build.end(2).last_reader(2);
    EXPECT_EQ(link_of(build, 2), Link::unix_socket) << "the child has read";
}

TEST(Kinship, OneSideClosedIsEnough) {
    SnapshotBuilder build = connected();
    build.actor(1).hold(8, 2);
    EXPECT_EQ(link_of(build, 2), Link::unix_socket);
}

TEST(Kinship, AnEndThatIsNotKnownIsNone) {
    SnapshotBuilder build;
    build.actor(1).hold(7, 1);
    build.actor(2).child_of(1).hold(8, 2);
    EXPECT_EQ(link_of(build, 2), Link::none);
}

} // namespace
} // namespace unwedge::profiles
