// SPDX-License-Identifier: GPL-2.0-only
#include "report/outside.h"

#include "support/snapshot_builder.h"

#include <gtest/gtest.h>

namespace unwedge::report {
namespace {

using namespace support;

constexpr facts::Pid parent = 4710;
constexpr facts::Pid worker = 4711;
constexpr facts::EndId inner = 1; ///< the worker's end of the channel to its parent
constexpr facts::EndId outer = 5; ///< its connection to `server`
constexpr int outer_fd = 8;
constexpr Nanos stalled = 90s;
const std::string server = "10.0.0.5:443";

/// A parent and a worker that are connected with each other.
SnapshotBuilder pair_of_actors() {
    SnapshotBuilder build(100s);
    build.counts_receives_since(10s);
    build.actor(parent, "parent").started(20s).hold(7, 2);
    build.actor(worker, "worker").child_of(parent).started(21s).hold(9, inner);
    build.tcp(inner, "127.0.0.1:4000", 2, "127.0.0.1:51234");
    return build;
}

/// The worker has a connection to another host, too, over which nothing went.
SnapshotBuilder connected() {
    SnapshotBuilder build = pair_of_actors();
    build.actor(worker).hold(outer_fd, outer);
    facts::End &end = build.outside(outer, "10.0.0.1:40000", server).leaves_host().get();
    end.sent = end.received = 0;
    end.ever_received = false;
    return build;
}

diagnosis::Diagnosis wedge_since(Nanos when) {
    diagnosis::Diagnosis diagnosis;
    diagnosis.verdicts.push_back({.kind = diagnosis::Kind::stopped_consuming,
                                  .role = diagnosis::Role::culprit,
                                  .pid = worker,
                                  .since = when,
                                  .confidence = diagnosis::Confidence::certain,
                                  .state = diagnosis::State::confirmed});
    return diagnosis;
}

Outside outside_of(const SnapshotBuilder &build) {
    return report::outside_of(build.snapshot(), wedge_since(stalled));
}

std::string told(const SnapshotBuilder &build, const diagnosis::Diagnosis &diagnosis = wedge_since(stalled)) {
    return outside_text(build.snapshot(), report::outside_of(build.snapshot(), diagnosis));
}

TEST(Outside, IsNothingWhereAllSidesAreInTheTree) {
    const SnapshotBuilder build = pair_of_actors();
    EXPECT_TRUE(outside_of(build).connections.empty());
    EXPECT_EQ(outside_of(build).wedged_before_first_byte(), true);
    EXPECT_EQ(told(build), "no connection leaves the tree: the network is not to blame");
    EXPECT_EQ(told(build, {}), "no connection leaves the tree");
}

TEST(Outside, IsNotKnownToBeNothingWhereNotAllWasSeen) {
    SnapshotBuilder build = pair_of_actors();
    build.lost("ends", 1, 99s);
    EXPECT_EQ(told(build), "no connection is seen to leave the tree");
    EXPECT_EQ(outside_of(build).wedged_before_first_byte(), std::nullopt);
    build = pair_of_actors();
    build.get().hidden = {"the descriptors of 1 of 2 processes"};
    EXPECT_EQ(told(build), "no connection is seen to leave the tree");
}

TEST(Outside, TellsWhoIsConnectedToWhere) {
    SnapshotBuilder build = connected();
    build.actor(worker).hold(30, 0); // no channel
    const Outside outside = outside_of(build);
    ASSERT_EQ(outside.connections.size(), 1U);
    const OutsideConnections &one = outside.connections.front();
    EXPECT_EQ(one.address, server);
    EXPECT_TRUE(one.leaves_host);
    EXPECT_EQ(one.count, 1U);
    ASSERT_EQ(one.holders.size(), 1U);
    EXPECT_EQ(one.holders.front().pid, worker);
    EXPECT_EQ(one.holders.front().fd, outer_fd);
    EXPECT_EQ(one.used, false);
    EXPECT_EQ(one.used_at_wedge, false);
    EXPECT_EQ(one.first_traffic, std::nullopt);
    EXPECT_EQ(told(connected()),
              "1 connection leaves the tree: worker (pid 4711) → 10.0.0.5:443, nothing was sent "
              "or received on it before the wedge");
    EXPECT_EQ(
        told(connected(), {}),
        "1 connection leaves the tree: worker (pid 4711) → 10.0.0.5:443, nothing was sent or received on it");
}

TEST(Outside, OfTrafficBeforeTheWedge) {
    SnapshotBuilder build = connected();
    build.end(outer).sent(40, 95s).received(40, 89s);
    EXPECT_EQ(outside_of(build).wedged_before_first_byte(), false);
    EXPECT_EQ(outside_of(build).connections.front().first_traffic, 89s);
    EXPECT_EQ(told(build),
              "1 connection leaves the tree: worker (pid 4711) → 10.0.0.5:443, in use; the wedge began "
              "after its first byte");
    EXPECT_EQ(told(build, {}), "1 connection leaves the tree: worker (pid 4711) → 10.0.0.5:443, in use");
}

TEST(Outside, OfTrafficAfterTheWedge) {
    SnapshotBuilder build = connected();
    build.end(outer).sent(1, 95s).received(1, 95'100ms);
    EXPECT_EQ(outside_of(build).wedged_before_first_byte(), true);
    EXPECT_EQ(told(build),
              "1 connection leaves the tree: worker (pid 4711) → 10.0.0.5:443, in use; the wedge began "
              "before its first byte");
    build = connected();
    build.end(outer).unread(10, 95s);
    EXPECT_EQ(outside_of(build).wedged_before_first_byte(), true) << "the first that came lies there";
    build.counts_receives_since(50s);
    EXPECT_EQ(outside_of(build).wedged_before_first_byte(), std::nullopt) << "it may not be the first at all";
}

TEST(Outside, OfTrafficOfWhichOnlyTheLatestIsKnown) {
    for (const Nanos when : {Nanos(95s), stalled}) {
        SnapshotBuilder build = connected();
        build.end(outer).sent(40, when).received(40, when);
        EXPECT_EQ(outside_of(build).used(), true);
        EXPECT_EQ(outside_of(build).wedged_before_first_byte(), std::nullopt);
        EXPECT_EQ(told(build),
                  "1 connection leaves the tree: worker (pid 4711) → 10.0.0.5:443, in use; whether the "
                  "wedge began before its first byte can't be told");
    }
}

TEST(Outside, OfTrafficThatIsNotCounted) {
    SnapshotBuilder build = connected();
    build.end(outer).get().sent.reset();
    EXPECT_EQ(outside_of(build).used(), std::nullopt);
    EXPECT_EQ(outside_of(build).wedged_before_first_byte(), std::nullopt);
    EXPECT_EQ(told(build),
              "1 connection leaves the tree: worker (pid 4711) → 10.0.0.5:443, whether anything was "
              "sent or received on it can't be told");
    build.end(outer).get().spoke_last_seen = false; // and nothing was received: nothing was sent
    EXPECT_EQ(outside_of(build).used(), false);
    build.end(outer).get().spoke_last_seen = true;
    EXPECT_EQ(outside_of(build).used(), true);
    build = connected();
    build.end(outer).get().unread.reset();
    EXPECT_EQ(outside_of(build).used(), std::nullopt);
}

TEST(Outside, TellsWhatIsNotEstablished) {
    SnapshotBuilder build = connected();
    build.end(outer).state("SYN_SENT").get().sent.reset();
    EXPECT_EQ(told(build),
              "1 connection leaves the tree: worker (pid 4711) → 10.0.0.5:443, nothing was sent or "
              "received on it before the wedge; it is not established yet");
}

TEST(Outside, GroupsByAddressThoseThatLeaveTheHostFirst) {
    SnapshotBuilder build = connected();
    for (const facts::EndId id : {10, 11}) {
        build.actor(parent).hold(static_cast<int>(id), id);
        build.outside(id, "127.0.0.1:40000", "127.0.0.1:6379").sent(1, 80s);
    }
    build.actor(worker).hold(10, 10); // from a fork
    build.actor(parent).hold(12, 12);
    build.outside(12, "", "/run/dbus").kind(facts::ChannelKind::unix_stream).get().unread.reset();
    const Outside outside = outside_of(build);
    ASSERT_EQ(outside.connections.size(), 3U);
    EXPECT_EQ(outside.count(), 4U);
    EXPECT_EQ(outside.connections[0].address, server);
    EXPECT_EQ(outside.connections[1].address, "/run/dbus");
    EXPECT_EQ(outside.connections[1].used, std::nullopt);
    EXPECT_EQ(outside.connections[2].count, 2U);
    EXPECT_EQ(outside.connections[2].holders.size(), 3U);
    EXPECT_EQ(outside.connections[2].used, true);
    EXPECT_EQ(told(build),
              "4 connections leave the tree, to 10.0.0.5:443, /run/dbus, 127.0.0.1:6379: in use; the "
              "wedge began after their first byte");
    build.actor(parent).hold(13, 13);
    build.outside(13, "127.0.0.1:40001", "127.0.0.1:6380");
    EXPECT_TRUE(told(build).starts_with("5 connections leave the tree, to 10.0.0.5:443, /run/dbus, "
                                        "127.0.0.1:6379 and 1 more address: in use"));
}

TEST(Outside, NamesOneOfSeveralHolders) {
    SnapshotBuilder build = connected();
    build.actor(parent).hold(20, outer).hold(21, outer);
    EXPECT_TRUE(told(build).starts_with(
        "1 connection leaves the tree: parent (pid 4710) and 1 more → 10.0.0.5:443, nothing"))
        << told(build);
}

TEST(Outside, IsNoStandardStream) {
    SnapshotBuilder build = connected();
    build.actor(parent).hold(1, outer);
    EXPECT_TRUE(outside_of(build).connections.empty()) << "the worker has a copy of it";
}

TEST(Outside, IsNoInheritedPairOfSocketsNorAPipe) {
    SnapshotBuilder build = pair_of_actors();
    build.actor(worker).hold(8, 5).hold(10, 6);
    build.outside(5, "", "").kind(facts::ChannelKind::unix_stream);
    build.end(6).kind(facts::ChannelKind::pipe);
    EXPECT_TRUE(outside_of(build).connections.empty());
    build.end(5).address("/run/worker", "");
    EXPECT_TRUE(told(build).starts_with("1 connection leaves the tree: worker (pid 4711) → unnamed, "))
        << "a client";
    build.end(5).kind(facts::ChannelKind::unix_dgram).state("CLOSE");
    EXPECT_TRUE(outside_of(build).connections.empty()) << "not connected";
}

TEST(Outside, IsNoEndWhoseOtherSideIsGone) {
    SnapshotBuilder build = pair_of_actors();
    build.actor(worker).hold(8, outer);
    build.outside(outer, "127.0.0.1:40000", "127.0.0.1:5000").peer_closed().state("CLOSE_WAIT");
    EXPECT_TRUE(outside_of(build).connections.empty());
    build.end(outer).get().leaves_host = true;
    EXPECT_EQ(outside_of(build).count(), 1U) << "it was of another host all the time";
    build.end(outer).state("CLOSE");
    EXPECT_TRUE(outside_of(build).connections.empty());
}

TEST(Outside, IsNoEndThatWaitsForTheTreeItself) {
    SnapshotBuilder build = pair_of_actors();
    build.actor(parent).hold(3, 20);
    build.listener(20, "0.0.0.0:5000", 1, 1);
    build.actor(worker).hold(8, outer);
    build.outside(outer, "127.0.0.1:40000", "127.0.0.1:5000").get().pending_on = 20;
    EXPECT_TRUE(outside_of(build).connections.empty()) << "not accepted yet";
    build.end(outer).state("SYN_SENT").get().pending_on = 0;
    EXPECT_TRUE(outside_of(build).connections.empty()) << "the queue is full";
    build.end(outer).address("127.0.0.1:40000", "127.0.0.1:5001");
    EXPECT_EQ(outside_of(build).count(), 1U);
}

TEST(Outside, IsNothingOfTheDead) {
    SnapshotBuilder build = connected();
    build.actor(worker).get().exited = true;
    EXPECT_TRUE(outside_of(build).connections.empty());
    EXPECT_EQ(told(build), "no connection leaves the tree: the network is not to blame");
    build.actor(parent).get().exited = true;
    EXPECT_EQ(told(build), "no connection is seen to leave the tree") << "any more";
}

TEST(Outside, TellsWhoListensBeyondLoopback) {
    SnapshotBuilder build = pair_of_actors();
    build.actor(parent).hold(3, 20).hold(4, 21);
    build.listener(20, "0.0.0.0:8080", 0, 128).listener(21, "127.0.0.1:8081", 0, 128);
    build.get().listeners.front().loopback = false;
    EXPECT_EQ(outside_of(build).listeners, std::vector<std::string>{"0.0.0.0:8080"});
}

TEST(Outside, OfEachTreeIsTheOtherTree) {
    SnapshotBuilder build = connected();
    build.actor(100, "daemon").hold(5, 31);
    build.actor(parent).hold(12, 30);
    build.unix_pair(31, 30, "/run/daemon");
    const std::vector<Tree> trees{{.root = parent, .actors = {parent, worker}},
                                  {.root = 100, .actors = {100}}};
    const std::vector<Outside> each = outside_of_each(build.snapshot(), wedge_since(stalled), trees);
    ASSERT_EQ(each.size(), 2U);
    EXPECT_EQ(each[0].count(), 2U);
    EXPECT_EQ(each[0].connections[1].address, "/run/daemon");
    EXPECT_EQ(each[0].wedged_since, stalled);
    EXPECT_EQ(each[1].wedged_since, std::nullopt);
    EXPECT_EQ(outside_of(build).count(), 1U) << "as a whole they have none with each other";
}

} // namespace
} // namespace unwedge::report
