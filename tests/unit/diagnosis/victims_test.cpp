// SPDX-License-Identifier: GPL-2.0-only
#include "diagnosis/judge.h"
#include "diagnosis/waits.h"

#include "diagnosis/scenes.h"

#include <gtest/gtest.h>

#include <functional>

namespace unwedge::diagnosis {
namespace {

using Pids = std::set<Pid>;

using Change = std::function<void(SnapshotBuilder &)>;

/// Who waits for the child, `suspected` of not reading that end, at the second look after `change`.
Victims victims(
    SnapshotBuilder build, EndId suspected = child_end, const Change &change = [](SnapshotBuilder &) {}) {
    const TwoLooks looks(build, change);
    const Scene scene = looks.scene();
    Suspicion suspicion;
    suspicion.kind = suspected ? Kind::stopped_consuming : Kind::stopped;
    suspicion.pid = child;
    suspicion.end = suspected;
    suspicion.since = stalled_at;
    return victims_of(scene, waits(scene), suspicion);
}

/// A second channel between the two, that the parent waits on as well, and another actor that waits on it.
SnapshotBuilder two_channels() {
    SnapshotBuilder build = unread_request(forgetful());
    build.tcp(3, "127.0.0.1:4001", 4, "127.0.0.1:51235");
    build.actor(child).hold(10, 3);
    idle_actor(build, 20, "client", in_read(5)).hold(5, 4);
    return build;
}

TEST(Victims, AreProvenByStandingStill) {
    const Victims found = victims(unread_request(forgetful()));
    EXPECT_EQ(found.proven, Pids{parent});
    EXPECT_TRUE(found.progressing.empty());
    EXPECT_TRUE(found.undecided.empty());
    EXPECT_TRUE(found.any());
}

TEST(Victims, ThatWorkElsewhereAreProgressing) {
    const Victims found = victims(unread_request(forgetful()), child_end,
                                  [](SnapshotBuilder &later) { later.actor(parent).cpu(1400ms); });
    EXPECT_TRUE(found.proven.empty());
    EXPECT_EQ(found.progressing, Pids{parent});
    EXPECT_TRUE(found.any());
}

TEST(Victims, OfWhomTooLittleIsKnownAreUndecided) {
    SnapshotBuilder build = unread_request(forgetful());
    build.end(parent_end).kind(facts::ChannelKind::unix_stream);
    const Victims found = victims(std::move(build));
    EXPECT_EQ(found.undecided, Pids{parent});
    EXPECT_TRUE(found.any());
}

TEST(Victims, AreNoneWhereNobodyWaits) {
    SnapshotBuilder build = unread_request(forgetful());
    build.actor(parent).thread_at(0).wait(in_sleep(1h));
    EXPECT_FALSE(victims(std::move(build)).any());
}

TEST(Victims, WaitThroughTheChannelInQuestion) {
    EXPECT_EQ(victims(two_channels()).proven, Pids{parent});
    EXPECT_EQ(victims(two_channels(), 3).proven, Pids{20});
}

TEST(Victims, OfASuspectWithoutAnUnreadEndWaitThroughAnyChannelOrNone) {
    SnapshotBuilder build = two_channels();
    idle_actor(build, 30, "shell", in_wait4(child));
    EXPECT_EQ(victims(std::move(build), 0).proven, (Pids{parent, 20, 30}));
}

TEST(Victims, AreNotThoseWhoAreStoppedThemselves) {
    SnapshotBuilder build = unread_request(forgetful());
    build.actor(parent).thread_at(0).state(ThreadState::stopped);
    EXPECT_FALSE(victims(std::move(build)).any());
}

TEST(Victims, ThatGoOnSendingIntoTheUnreadEndAreProgressing) {
    const Victims found = victims(unread_request(forgetful()), child_end, [](SnapshotBuilder &later) {
        later.end(child_end).unread(330, stalled_at).get().last_arrival = stalled_at + 1s;
    });
    EXPECT_EQ(found.progressing, Pids{parent});
    EXPECT_TRUE(found.proven.empty());
}

TEST(Victims, ThatGoOnSendingAreProgressingThoughTheyUsedToBeAnswered) {
    SnapshotBuilder build = unread_request(forgetful());
    answered_before(build);
    const Victims found = victims(build, child_end, [](SnapshotBuilder &later) {
        later.end(child_end).get().last_arrival = later.snapshot().at;
    });
    EXPECT_EQ(found.progressing, Pids{parent});
}

TEST(Victims, AreProvenThoughARequestCameInPieces) {
    const Victims found = victims(unread_request(forgetful()), child_end, [](SnapshotBuilder &later) {
        later.end(child_end).get().last_arrival = stalled_at + 200ms;
    });
    EXPECT_EQ(found.proven, Pids{parent}) << "within the precision of a sweep";
}

TEST(Victims, HaveAConversationIfTheyWereAnsweredOnThatChannel) {
    EXPECT_FALSE(victims(unread_request(forgetful())).conversation);
    SnapshotBuilder build = two_channels();
    build.end(4).received(1, 50s);
    EXPECT_FALSE(victims(build).conversation) << "an answer on another channel";
    answered_before(build);
    EXPECT_TRUE(victims(build).conversation);
}

} // namespace
} // namespace unwedge::diagnosis
