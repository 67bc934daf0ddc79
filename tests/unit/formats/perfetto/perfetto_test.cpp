// SPDX-License-Identifier: GPL-2.0-only
#include "formats/perfetto/perfetto.h"

#include "conversations.h"
#include "decoded.h"
#include "recording/samples.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <set>

namespace unwedge::formats {
namespace {

using namespace std::chrono_literals;
namespace samples = recording::samples;

std::uint64_t ns(Nanos at) {
    return static_cast<std::uint64_t>(at.count());
}

/// What must hold for any recording at all.
void check(const recording::Recording &recording) {
    const DecodedTrace trace = decode(to_perfetto(recording));
    EXPECT_TRUE(trace.faults.empty()) << trace.faults.front();
    std::map<std::uint64_t, std::vector<std::uint64_t>> open; // track → begins
    std::map<std::uint64_t, int> arrows;                      // 1: has a tail, 2: has both
    std::uint64_t before = ns(std::max(recording.meta.begin, Nanos{}));
    const std::uint64_t end = recording.meta.end ? ns(*recording.meta.end) : UINT64_MAX;
    for (const DecodedEvent &event : trace.events) {
        EXPECT_LE(before, event.at);
        EXPECT_LE(event.at, end);
        before = event.at;
        EXPECT_EQ(trace.tracks.at(event.track).is_counter, event.type == 4);
        std::vector<std::uint64_t> &begins = open[event.track];
        if (event.type == 1)
            begins.push_back(event.at);
        if (event.type == 2) {
            ASSERT_FALSE(begins.empty());
            begins.pop_back();
        }
        EXPECT_LE(begins.size(), 1U) << "slices overlap on " << trace.tracks.at(event.track).name;
        for (const std::uint64_t arrow : event.flows)
            EXPECT_EQ(arrows[arrow]++, 0);
        for (const std::uint64_t arrow : event.ended_flows)
            EXPECT_EQ(arrows[arrow]++, 1);
    }
    for (const auto &[arrow, ends] : arrows)
        EXPECT_EQ(ends, 2);
    for (const auto &[track, begins] : open) {
        const DecodedTrack &one = trace.tracks.at(track);
        EXPECT_TRUE(begins.empty() || one.is_process || one.name.starts_with("stalls of "))
            << "only who lives and what is stalled goes on at the end, not " << one.name;
    }
}

TEST(Perfetto, AnyRecordingMakesASoundTrace) {
    for (const auto &recording : {samples::wedge(), samples::healthy(), samples::hostile(), samples::empty(),
                                  samples::crowd(200, 2000), conversations::dialogue()})
        check(recording);
}

TEST(Perfetto, TheSameRecordingMakesTheSameBytes) {
    EXPECT_EQ(to_perfetto(samples::wedge()), to_perfetto(samples::wedge()));
    EXPECT_EQ(to_perfetto(samples::crowd(200, 2000)), to_perfetto(samples::crowd(200, 2000)));
}

TEST(Perfetto, TheClockIsMonotonicAndMappedToTheWallClock) {
    const recording::Recording recording = conversations::dialogue();
    const DecodedTrace trace = decode(to_perfetto(recording));
    EXPECT_EQ(trace.primary_clock, 3U);
    EXPECT_EQ(trace.default_clock, 3U);
    EXPECT_EQ(trace.clocks.at(3), ns(recording.meta.begin));
    EXPECT_EQ(trace.clocks.at(1), ns(recording.meta.begin_unix));
}

TEST(Perfetto, AProcessOfEachActor) {
    const recording::Recording recording = samples::wedge();
    const DecodedTrace trace = decode(to_perfetto(recording));
    std::set<std::int32_t> pids;
    for (const auto &[id, track] : trace.tracks)
        if (track.is_process) {
            EXPECT_TRUE(pids.insert(track.pid).second);
            const facts::Actor &actor = recording.looks.back().snapshot.actors.at(track.pid);
            EXPECT_EQ(track.process_name, actor.name);
            EXPECT_EQ(track.cmdline, actor.argv);
        }
    EXPECT_EQ(pids.size(), recording.looks.back().snapshot.actors.size());
}

TEST(Perfetto, ALifeFromForkToExit) {
    recording::Recording recording = conversations::dialogue();
    recording.events.emplace_back(facts::Exited{.at = 111'500ms, .pid = 11, .status = 256});
    recording.events.emplace_back(facts::Exited{.at = 111'600ms, .pid = 11}); // of a thread that raced it
    const auto life = decode(to_perfetto(recording)).on("life", 11);
    ASSERT_GE(life.size(), 3U);
    EXPECT_EQ(life.front().name, "server");
    EXPECT_EQ(life.front().at, ns(101s));
    EXPECT_EQ(life.front().annotations.at("parent_pid"), "10");
    EXPECT_EQ(life.front().annotations.at("exit"), "exited with 1");
    EXPECT_EQ(life[1].name, "exec server");
    EXPECT_EQ(life[1].annotations.at("argv"), "server\n-v");
    EXPECT_EQ(life.back().type, 2);
    EXPECT_EQ(life.back().at, ns(111'500ms));
    check(recording);
}

TEST(Perfetto, APidThatIsUsedAgainHasTwoLives) {
    recording::Recording recording = conversations::dialogue();
    recording.events.emplace_back(facts::Forked{.at = 111s, .parent = 10, .child = 11, .comm = "client"});
    const auto life = decode(to_perfetto(recording)).on("life", 11);
    EXPECT_EQ(std::ranges::count(life, 1, &DecodedEvent::type), 2);
    EXPECT_EQ(life.front().annotations.at("exit"), "not seen");
    check(recording);
}

TEST(Perfetto, OneWhoWasThereBeforeHasNoForkButABegin) {
    const auto life = decode(to_perfetto(conversations::dialogue())).on("life", 10);
    ASSERT_FALSE(life.empty());
    EXPECT_EQ(life.front().at, ns(100s));
    EXPECT_EQ(life.front().annotations.at("fork"), "not seen");
    EXPECT_EQ(std::ranges::count(life, 2, &DecodedEvent::type), 0) << "it lives";
}

std::vector<DecodedEvent> states(const DecodedTrace &trace, std::int32_t tid) {
    std::vector<DecodedEvent> found;
    for (const DecodedEvent &event : trace.events)
        if (trace.tracks.at(event.track).tid == tid)
            found.push_back(event);
    return found;
}

TEST(Perfetto, AThreadDidWhatTwoLooksAgreeOn) {
    const DecodedTrace trace = decode(to_perfetto(conversations::dialogue()));
    const auto client = states(trace, 10);
    ASSERT_EQ(client.size(), 2U);
    EXPECT_EQ(client[0].name, "blocked in recvfrom");
    EXPECT_EQ(client[0].at, ns(110s));
    EXPECT_EQ(client[1].at, ns(111s));
    EXPECT_FALSE(client[0].annotations.contains("switches_between_looks"));
    const auto server = states(trace, 11);
    ASSERT_EQ(server.size(), 2U);
    EXPECT_EQ(server[0].name, "parked in epoll_wait");
    EXPECT_EQ(server[0].annotations.at("switches_between_looks"), "2");
}

TEST(Perfetto, LooksThatDisagreeLeaveAGap) {
    recording::Recording recording = conversations::dialogue();
    recording.looks.back().snapshot.actors.at(11).threads.front().state = facts::ThreadState::running;
    const auto server = states(decode(to_perfetto(recording)), 11);
    ASSERT_EQ(server.size(), 2U);
    EXPECT_EQ(server[0].name, "parked in epoll_wait");
    EXPECT_EQ(server[1].name, "running");
    EXPECT_EQ(std::ranges::count(server, 3, &DecodedEvent::type), 2);
}

TEST(Perfetto, ARestBetweenLooksLeavesAGap) {
    recording::Recording recording = conversations::dialogue();
    recording.looks.back().after_rest = true;
    for (const auto &event : states(decode(to_perfetto(recording)), 10))
        EXPECT_EQ(event.type, 3);
}

TEST(Perfetto, WhatIsUnknownIsNotThere) {
    recording::Recording recording = conversations::dialogue();
    for (recording::Look &look : recording.looks)
        look.snapshot.actors.at(11).threads.front().state = facts::ThreadState::unknown;
    EXPECT_TRUE(states(decode(to_perfetto(recording)), 11).empty());
}

TEST(Perfetto, MessagesHaveBytesAndAChannel) {
    const DecodedTrace trace = decode(to_perfetto(conversations::dialogue()));
    const auto sends = trace.named("send to server (pid 11) fd 4");
    ASSERT_EQ(sends.size(), 2U);
    EXPECT_EQ(sends[0].at, ns(102s));
    EXPECT_EQ(sends[0].annotations.at("bytes"), "100");
    EXPECT_EQ(sends[0].annotations.at("channel"), "1");
    EXPECT_EQ(trace.pid_of(sends[0].track), 10);
    EXPECT_EQ(trace.named("receive from client (pid 10) fd 3").size(), 2U);
    EXPECT_EQ(trace.named("unpark").size(), 1U);
    EXPECT_EQ(trace.named("flight records begin").front().annotations.at("precision_ns"), "4000000");
}

std::size_t arrows_of_messages(const recording::Recording &recording) {
    std::size_t arrows = 0;
    for (const DecodedEvent &event : decode(to_perfetto(recording)).events)
        if (event.category == "message")
            arrows += event.flows.size();
    return arrows;
}

TEST(Perfetto, AnArrowFromASendToTheReceiveThatTookItsFirstByte) {
    const DecodedTrace trace = decode(to_perfetto(conversations::dialogue()));
    const auto sends = trace.named("send to server (pid 11) fd 4");
    ASSERT_EQ(sends.size(), 2U);
    ASSERT_EQ(sends[0].flows.size(), 1U);
    EXPECT_TRUE(sends[1].flows.empty()) << "it is unread";
    const auto receives = trace.named("receive from client (pid 10) fd 3");
    EXPECT_EQ(receives[0].annotations.at("bytes"), "4");
    EXPECT_EQ(receives[0].ended_flows, sends[0].flows);
    EXPECT_TRUE(receives[1].ended_flows.empty());
    EXPECT_EQ(arrows_of_messages(conversations::dialogue()), 2U);
}

TEST(Perfetto, NoArrowWhereTheBytesDoNotAddUp) {
    EXPECT_EQ(arrows_of_messages(conversations::slipped()), 1U) << "the reply's";
}

TEST(Perfetto, NoArrowsWhereNoLookTellsWhatIsUnread) {
    recording::Recording recording = conversations::dialogue();
    for (recording::Look &look : recording.looks)
        look.snapshot.ends.at(2).unread.reset();
    EXPECT_EQ(arrows_of_messages(recording), 1U);
}

TEST(Perfetto, RecordsThatAreOlderThanAnOverwrittenOneProveNothing) {
    recording::Recording recording = conversations::dialogue();
    facts::History &server = recording.flight.at(11);
    server.records.erase(server.records.begin(), server.records.begin() + 3);
    server.overwritten = 3;
    EXPECT_EQ(arrows_of_messages(recording), 1U) << "the reply is later";
}

TEST(Perfetto, RecordsOfAnEndThatTwoIdsCouldBeAreOfNone) {
    recording::Recording recording = conversations::dialogue();
    facts::End other;
    other.id = (1ULL << 32U) + 2;
    recording.looks.back().snapshot.ends.emplace(other.id, other);
    const DecodedTrace trace = decode(to_perfetto(recording));
    ASSERT_EQ(trace.named("receive").size(), 2U);
    EXPECT_EQ(trace.named("receive").front().annotations.at("end_low_bits"), "2");
}

TEST(Perfetto, ChannelsHaveCountersAndStalls) {
    recording::Recording recording = conversations::dialogue();
    DecodedTrace trace = decode(to_perfetto(recording));
    const auto unread = trace.on("unread by server (pid 11) fd 4");
    ASSERT_EQ(unread.size(), 1U) << "it did not change";
    EXPECT_EQ(unread[0].at, ns(108s));
    EXPECT_EQ(unread[0].value, 50);
    EXPECT_EQ(trace.tracks.at(unread[0].track).unit, 3);
    const std::string stalls = "stalls of server (pid 11) fd 4";
    ASSERT_EQ(trace.on(stalls).size(), 1U) << "it still stands";
    EXPECT_EQ(trace.on(stalls)[0].at, ns(105s));
    EXPECT_EQ(trace.on(stalls)[0].annotations.at("unread_bytes"), "50");
    EXPECT_EQ(trace.on(stalls)[0].annotations.at("noticed_ns"), "108000000000");

    recording.events.emplace_back(facts::StallEnded{.at = 111s, .end = 2, .since = 105s});
    trace = decode(to_perfetto(recording));
    ASSERT_EQ(trace.on(stalls).size(), 2U);
    EXPECT_EQ(trace.on(stalls)[1].at, ns(111s));
    check(recording);
}

TEST(Perfetto, StallsWhoseBeginOrEndWasMissed) {
    recording::Recording recording = conversations::dialogue();
    recording.events.emplace_back(facts::StallBegan{.at = 110s, .end = 2, .unread = 9, .since = 107s});
    recording.events.emplace_back(facts::StallEnded{.at = 111s, .end = 77, .since = 90s});
    const DecodedTrace trace = decode(to_perfetto(recording));
    EXPECT_EQ(trace.on("stalls of server (pid 11) fd 4").size(), 3U);
    ASSERT_EQ(trace.on("stalls of end 77").size(), 2U);
    EXPECT_EQ(trace.on("stalls of end 77").front().at, ns(100s)) << "not before the run";
    EXPECT_EQ(trace.on("stalls of end 77").front().annotations.at("since_ns"), "90000000000");
    check(recording);
}

TEST(Perfetto, AWaitIsASliceWithAnArrowToWhomItWaitsOn) {
    const DecodedTrace trace = decode(to_perfetto(conversations::dialogue()));
    const auto waits = trace.on("waits", 10);
    ASSERT_EQ(waits.size(), 2U);
    EXPECT_EQ(waits[0].name, "waits on server (pid 11)");
    EXPECT_EQ(waits[0].at, ns(110s));
    EXPECT_EQ(waits[1].at, ns(111s));
    const auto awaited = trace.named("awaited by client (pid 10)");
    ASSERT_EQ(awaited.size(), 1U);
    EXPECT_EQ(trace.pid_of(awaited[0].track), 11);
    EXPECT_EQ(awaited[0].ended_flows, waits[0].flows);
}

TEST(Perfetto, WaitsOfOneOnTwoDoNotOverlapAndAGapIsTwoWaits) {
    recording::Recording recording = conversations::dialogue();
    diagnosis::Diagnosis &first = recording.looks.front().diagnosis;
    first.waits.push_back({10, 12, std::nullopt, 0, diagnosis::Strength::definite, "waits in wait4"});
    recording::Look after = recording.looks.front();
    after.snapshot.at = 112s;
    recording.looks.push_back(after);
    check(recording);
    const DecodedTrace trace = decode(to_perfetto(recording));
    EXPECT_EQ(trace.named("waits on pid 12").size(), 2U) << "the look in between does not have it";
    EXPECT_EQ(trace.named("waits on server (pid 11)").size(), 1U);
    EXPECT_EQ(trace.named("awaited by client (pid 10)").size(), 1U);
}

TEST(Perfetto, ANoteIsToldOnceOnWhomItIsAbout) {
    recording::Recording recording = conversations::dialogue();
    for (recording::Look &look : recording.looks)
        look.diagnosis.notes = {{diagnosis::NoteKind::busy, 11, 1, "it is busy"},
                                {diagnosis::NoteKind::unread, std::nullopt, std::nullopt, "fd 3 is unread"}};
    const DecodedTrace trace = decode(to_perfetto(recording));
    ASSERT_EQ(trace.named("note: busy").size(), 1U);
    EXPECT_EQ(trace.pid_of(trace.named("note: busy").front().track), 11);
    ASSERT_EQ(trace.named("note: unread").size(), 1U);
    EXPECT_EQ(trace.tracks.at(trace.named("note: unread").front().track).name, "run");
}

TEST(Perfetto, OneWhomNoLookHasIsNamedByItsProgram) {
    recording::Recording recording = conversations::dialogue();
    recording.looks.clear();
    const DecodedTrace trace = decode(to_perfetto(recording));
    const auto server = std::ranges::find_if(
        trace.tracks, [](const auto &entry) { return entry.second.is_process && entry.second.pid == 11; });
    ASSERT_NE(server, trace.tracks.end());
    EXPECT_EQ(server->second.process_name, "server");
    EXPECT_EQ(server->second.cmdline, (std::vector<std::string>{"server", "-v"}));
    check(recording);
}

TEST(Perfetto, AVerdictIsToldOnceAndWhenItChanges) {
    recording::Recording recording = samples::wedge();
    recording::Look later = recording.looks.back();
    later.snapshot.at += 500ms;
    recording.looks.push_back(later);
    const std::string confirmed = "culprit: blocked_loop, confirmed";
    DecodedTrace trace = decode(to_perfetto(recording));
    ASSERT_EQ(trace.named(confirmed).size(), 1U);
    const DecodedEvent verdict = trace.named(confirmed).front();
    EXPECT_EQ(trace.pid_of(verdict.track), 105);
    EXPECT_EQ(verdict.annotations.at("confidence"), "likely");
    EXPECT_EQ(verdict.annotations.at("blocked_on"), "sleep");
    EXPECT_TRUE(verdict.annotations.at("evidence").starts_with("12.3 KiB unread on fd 8"));
    EXPECT_EQ(trace.named("victim: waiting, confirmed").size(), 3U);

    recording.looks.back().diagnosis.verdicts.front().state = diagnosis::State::recovered;
    recording.looks.back().diagnosis.verdicts.front().until = 7200'200ms;
    trace = decode(to_perfetto(recording));
    EXPECT_EQ(trace.named(confirmed).size(), 1U);
    ASSERT_EQ(trace.named("culprit: blocked_loop, recovered").size(), 1U);
    EXPECT_EQ(trace.named("culprit: blocked_loop, recovered").front().at, ns(7200'200ms));
}

TEST(Perfetto, WhatTheSweepsCounted) {
    const recording::Recording recording = samples::wedge();
    const DecodedTrace trace = decode(to_perfetto(recording));
    const auto actors = trace.on("actors");
    ASSERT_EQ(actors.size(), recording.samples.size());
    EXPECT_EQ(actors.front().at, ns(recording.samples.front().at));
    EXPECT_EQ(actors.front().value, static_cast<std::int64_t>(recording.samples.front().actors));
    EXPECT_EQ(trace.on("stalled ends").size(), recording.samples.size());
}

TEST(Perfetto, ARecordingThatWasCutOffEndsWithWhatItTells) {
    recording::Recording recording = conversations::dialogue();
    recording.meta.end.reset();
    const auto run = decode(to_perfetto(recording)).on("run");
    ASSERT_EQ(run.size(), 2U);
    EXPECT_EQ(run[1].at, ns(111s));
    EXPECT_EQ(run[0].annotations.at("recording"), "cut off");
}

TEST(Perfetto, TimesOutsideTheRunAreHeldToIt) {
    recording::Recording recording = conversations::dialogue();
    recording.events.emplace_back(facts::Exited{.at = Nanos::max(), .pid = 10});
    recording.events.emplace_back(facts::Forked{.at = Nanos::min(), .parent = 1, .child = 12});
    recording.flight[12].records = {{Nanos::min(), facts::FlightKind::send, 1, 1},
                                    {Nanos::max(), facts::FlightKind::receive, 2, 1}};
    recording.events.emplace_back(facts::StallBegan{.at = Nanos::max(), .end = 1, .since = Nanos::min()});
    recording.samples.push_back({Nanos::max(), UINT64_MAX, 0, 0, 0});
    check(recording);
}

TEST(Perfetto, ACrowdTakesBoundedTimeAndSpace) {
    const recording::Recording recording = samples::crowd(200, 100'000);
    const auto begin = std::chrono::steady_clock::now();
    const std::string trace = to_perfetto(recording);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 20s); // a second, or less, on an idle machine
    EXPECT_LT(trace.size(), 100'000U * 80);
}

} // namespace
} // namespace unwedge::formats
