// SPDX-License-Identifier: GPL-2.0-only
#include "profiles/kinship.h"

#include "support/snapshot_builder.h"

#include <gtest/gtest.h>

namespace unwedge::profiles {
namespace {

using namespace support;

constexpr Links none;
constexpr Links by_tcp{.tcp = true};
constexpr Links by_unix{.unix_socket = true};

Links links_of(const SnapshotBuilder &build, facts::Pid pid) {
    return Kinship(build.snapshot()).links_to_parent(build.snapshot().actors.at(pid));
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
    EXPECT_EQ(links_of(connected(), 2), by_unix);
    EXPECT_EQ(links_of(connected(), 3), none);
    EXPECT_EQ(links_of(connected(), 1), none) << "its parent is not in the tree";
    SnapshotBuilder build = connected();
    build.tcp(1, "127.0.0.1:1", 2, "127.0.0.1:2");
    build.end(1).kind(facts::ChannelKind::tcp);
    build.end(2).kind(facts::ChannelKind::tcp);
    EXPECT_EQ(links_of(build, 2), by_tcp);
}

TEST(Kinship, SeesEveryKind) {
    SnapshotBuilder build = connected();
    build.actor(1).hold(9, 4);
    build.actor(2).hold(1, 5);
    build.end(4).kind(facts::ChannelKind::pipe).peer(5);
    build.end(5).kind(facts::ChannelKind::pipe).peer(4);
    EXPECT_EQ(links_of(build, 2), (Links{.unix_socket = true, .pipe = true}));
}

TEST(Kinship, AChannelBetweenSiblingsIsNone) {
    SnapshotBuilder build = connected();
    build.actor(1).get().holds.clear();
    build.actor(3).hold(7, 1);
    EXPECT_EQ(links_of(build, 2), none);
}

TEST(Kinship, WhatAForkCopiedIsNoChannel) {
    SnapshotBuilder build = connected();
    build.actor(1).hold(8, 2);
    build.actor(2).hold(7, 1).thread(in_read(8));
    EXPECT_EQ(links_of(build, 2), none) << "an event loop's self-pipe looks like this";
    build.end(1).last_reader(1);
    EXPECT_EQ(links_of(build, 2), none) << "the parent's own";
    build.end(2).last_reader(2);
    EXPECT_EQ(links_of(build, 2), by_unix) << "the child has read";
}

TEST(Kinship, OneSideClosedIsEnough) {
    SnapshotBuilder build = connected();
    build.actor(1).hold(8, 2);
    EXPECT_EQ(links_of(build, 2), by_unix);
}

TEST(Kinship, AnEndThatIsNotKnownIsNone) {
    SnapshotBuilder build;
    build.actor(1).hold(7, 1);
    build.actor(2).child_of(1).hold(8, 2);
    EXPECT_EQ(links_of(build, 2), none);
}

} // namespace
} // namespace unwedge::profiles
