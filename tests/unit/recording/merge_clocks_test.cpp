// SPDX-License-Identifier: GPL-2.0-only
#include "recording/two_hosts.h"

#include <chrono>

namespace unwedge::recording {
namespace {

using namespace two_hosts;

constexpr Nanos wall = Clocks{}.wall;

/// A mark in the client's recording, to find where its clock was moved to.
Recording marked(Recording recording) {
    recording.events = {facts::Exited{.at = recording.meta.begin + 60s, .pid = caller, .status = {}}};
    return recording;
}

/// How far the client's clock is from where it should be on the server's; positive: too late.
Nanos error_of(const Merged &all, const Recording &server_recording) {
    return std::get<facts::Exited>(all.recording.events.front()).at - server_recording.meta.begin - 60s;
}

struct Pair {
    Recording server_recording;
    Recording client_recording;

    /// `wall_error`: by how much the client's wall clock is fast.
    explicit Pair(Nanos wall_error)
        : server_recording(of_server()),
          client_recording(marked(of_client("beta.test", {.monotonic = 50s, .wall = wall + wall_error}))) {}

    Merged merge() const { return merged({server_recording, client_recording}); }
    Nanos error() const { return error_of(merge(), server_recording); }
};

TEST(MergeClocks, WallClocksAreBelievedWhereNothingSpeaksAgainstThem) {
    for (const Nanos wall_error : {Nanos{}, Nanos(6ms), Nanos(-6ms)}) {
        Pair pair(wall_error);
        converse(pair.server_recording, pair.client_recording);
        EXPECT_EQ(pair.error(), wall_error);
        EXPECT_TRUE(pair.merge().remarks.empty());
    }
}

TEST(MergeClocks, AWrongWallClockIsCorrectedByTheOrderOfMessages) {
    for (const Nanos wall_error : {5s, -5s, 3600s, -3600s}) {
        SCOPED_TRACE(wall_error.count());
        Pair pair(wall_error);
        converse(pair.server_recording, pair.client_recording);
        EXPECT_LE(std::chrono::abs(pair.error()), 3 * jiffy);
        const Merged all = pair.merge();
        ASSERT_EQ(all.remarks.size(), 1U);
        EXPECT_TRUE(all.remarks.front().starts_with("the clock of beta was ")) << all.remarks.front();
        EXPECT_NE(all.remarks.front().find(wall_error > Nanos{} ? "fast" : "slow"), std::string::npos);
        EXPECT_EQ(culprits(all).size(), 1U) << "its looks meet those of the server";
        EXPECT_EQ(victims(all).size(), 2U);
    }
}

TEST(MergeClocks, EveryRecordingOfAHostIsMovedAlike) {
    Pair pair(5s);
    converse(pair.server_recording, pair.client_recording);
    Recording another = marked(recording_on("beta.test", {.monotonic = 50s, .wall = wall + 5s}));
    const Merged all = merged({pair.server_recording, pair.client_recording, another});
    ASSERT_EQ(all.recording.events.size(), 2U);
    EXPECT_EQ(std::get<facts::Exited>(all.recording.events[0]).at,
              std::get<facts::Exited>(all.recording.events[1]).at);
}

TEST(MergeClocks, MessagesThatContradictEachOtherMoveNothing) {
    Pair pair(Nanos{});
    converse(pair.server_recording, pair.client_recording);
    pair.server_recording.flight.at(server).records.at(0).at -= 10s; // received long before
    pair.server_recording.flight.at(server).records.at(1).at += 5s;  // answered long after the answer came
    EXPECT_EQ(pair.error(), Nanos{});
    const Merged all = pair.merge();
    ASSERT_EQ(all.remarks.size(), 1U);
    EXPECT_TRUE(all.remarks.front().starts_with("the clock of beta stays as it was set"));
}

TEST(MergeClocks, RecordsThatDoNotAddUpProveNothing) {
    Pair pair(5s);
    converse(pair.server_recording, pair.client_recording);
    pair.client_recording.flight.at(client).records.front().amount += 1; // one byte was spliced
    pair.server_recording.flight.at(server).records.pop_back();          // and the answer's send is not there
    EXPECT_EQ(pair.error(), Nanos(5s));
}

TEST(MergeClocks, OldRecordsMayBeMissingWhereAllIsAtRest) {
    Pair pair(2s);
    converse(pair.server_recording, pair.client_recording);
    for (auto *flight : {&pair.server_recording.flight, &pair.client_recording.flight})
        for (auto &[pid, history] : *flight)
            history.overwritten = 1000;
    EXPECT_LE(std::chrono::abs(pair.error()), 3 * jiffy);
}

TEST(MergeClocks, WithoutRecordsTheLastMessageTells) {
    Pair pair(10s);
    // Of the answer, which the client took: the request after it is not read, so that of it nothing is known.
    pair.client_recording.looks.back().snapshot.ends.at(client_end).last_receive.reset();
    EXPECT_EQ(pair.error(), Nanos(10s));
    pair = Pair(-5s);
    EXPECT_EQ(pair.error(), -2 * pair.server_recording.meta.policy.sweep)
        << "it cannot have come sooner than a sweep before it was seen to be sent";
}

TEST(MergeClocks, ARunOfBeforeTheFirstHostWasBootedHasTimesAfterZero) {
    const Recording before = recording_on("gamma.test", {.monotonic = 9000s, .wall = wall - 2000s});
    const Merged all = merged({of_server(), of_client(), before});
    EXPECT_EQ(all.recording.meta.begin, Nanos{});
    EXPECT_EQ(all.recording.meta.begin_unix, wall - 2000s);
    EXPECT_EQ(all.recording.looks.back().snapshot.at, 2000s + client_looks_at + between_looks);
    EXPECT_EQ(culprits(all).size(), 1U);
}

TEST(MergeClocks, AClockFromAnotherCenturyIsRefused) {
    const Result<Merged> refused =
        merge({of_server(), of_client("beta.test", {.monotonic = 50s, .wall = 0s})});
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("beta"), std::string::npos);
}

} // namespace
} // namespace unwedge::recording
