// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "recording/merge.h"

#include "support/snapshot_builder.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

/// A server on one host that stopped reading, and on another one a client that waits for its answer and a
/// caller that waits for the client. All times are told by how long the story has gone on.
namespace unwedge::recording::two_hosts {

using namespace support;
using diagnosis::Outlook;

inline constexpr facts::Pid server = 12;
inline constexpr facts::Pid client = 12; ///< of the other host
inline constexpr facts::Pid caller = 11;
inline constexpr facts::EndId server_end = 1;
inline constexpr facts::EndId client_end = 1;
inline constexpr std::string_view server_address = "10.0.0.1:4000";
inline constexpr std::string_view client_address = "10.0.0.2:51234";
inline constexpr Nanos stalled_at = 96s;
inline constexpr Nanos jiffy = 4ms;

/// What the clocks of a host show when the story begins.
struct Clocks {
    Nanos monotonic{};
    Nanos wall = 1'769'860'800s;
};

inline Recording recording_on(const std::string &host, Clocks clocks) {
    Recording recording;
    recording.meta.version = "0.1.0";
    recording.meta.host = host;
    recording.meta.kernel = "6.1.0";
    recording.meta.tier = "bpf";
    recording.meta.level = "trace";
    recording.meta.begin = clocks.monotonic;
    recording.meta.begin_unix = clocks.wall;
    recording.meta.end = clocks.monotonic + 110s;
    recording.meta.command = report::Command{{"run-" + host}, std::nullopt, 15, true};
    return recording;
}

inline void add_look(Recording &recording, SnapshotBuilder build, Nanos at,
                     Outlook outlook = Outlook::more_looks) {
    build.at(recording.meta.begin + at);
    recording.looks.push_back({.at = "", .outlook = outlook, .snapshot = build.snapshot()});
}

inline ActorBuilder sleeper(SnapshotBuilder &build, facts::Pid pid, std::string name, facts::Wait wait) {
    ActorBuilder actor = build.actor(pid, std::move(name)).cpu(1s).thread(std::move(wait));
    actor.thread_at(0).asleep(60s);
    return actor;
}

inline SnapshotBuilder server_side(Nanos begin, std::string_view address = server_address,
                                   std::string_view remote = client_address) {
    SnapshotBuilder build;
    sleeper(build, server, "server", in_epoll({})).hold(9, server_end);
    build.outside(server_end, std::string(address), std::string(remote))
        .unread(165, begin + stalled_at)
        .received(1, begin + 90s)
        .sent(1, begin + 90s)
        .leaves_host();
    build.counts_receives_since(begin);
    return build;
}

inline SnapshotBuilder client_side(Nanos begin, std::string_view address = client_address,
                                   std::string_view remote = server_address) {
    SnapshotBuilder build;
    sleeper(build, client, "client", in_epoll({reads(7), reads(8)})).hold(7, client_end).hold(8, 2);
    sleeper(build, caller, "caller", in_read(3)).hold(3, 3);
    build.outside(client_end, std::string(address), std::string(remote))
        .received(1, begin + 90s)
        .sent(2, begin + stalled_at)
        .leaves_host();
    build.unix_pair(2, 3);
    build.end(3).received(1, begin + 90s).sent(2, begin + stalled_at);
    build.counts_receives_since(begin);
    return build;
}

inline constexpr Nanos server_looks_at = 99'600ms;
inline constexpr Nanos client_looks_at = 100'100ms;
inline constexpr Nanos between_looks = 450ms;

/// It looks from its suspicion on until its time is up.
inline Recording of_server(const std::string &host = "alpha.test", Clocks clocks = {.monotonic = 1000s}) {
    Recording recording = recording_on(host, clocks);
    for (int i = 0; i < 4; ++i)
        add_look(recording, server_side(clocks.monotonic), server_looks_at + i * between_looks,
                 i == 3 ? Outlook::time_is_up : Outlook::more_looks);
    return recording;
}

/// Nothing of it is suspected, so that it looks when its time is up only.
inline Recording of_client(const std::string &host = "beta.test", Clocks clocks = {.monotonic = 50s}) {
    Recording recording = recording_on(host, clocks);
    add_look(recording, client_side(clocks.monotonic), client_looks_at);
    add_look(recording, client_side(clocks.monotonic), client_looks_at + between_looks, Outlook::time_is_up);
    return recording;
}

/// A request and its answer, and a request that is not read, as the flight recorders have them.
inline void converse(Recording &of_server, Recording &of_client) {
    using facts::FlightKind;
    const auto add = [](Recording &recording, facts::Pid pid, Nanos at, FlightKind kind,
                        std::uint32_t bytes) {
        facts::History &history = recording.flight[pid];
        history.precision = jiffy;
        history.records.push_back({recording.meta.begin + at, kind, 1, bytes});
    };
    add(of_client, client, 90s, FlightKind::send, 10);
    add(of_server, server, 90'001ms, FlightKind::receive, 10);
    add(of_server, server, 90'002ms, FlightKind::send, 20);
    add(of_client, client, 90'003ms, FlightKind::receive, 20);
    add(of_client, client, stalled_at, FlightKind::send, 165);
}

inline Merged merged(std::vector<Recording> recordings) {
    Result<Merged> done = merge(std::move(recordings));
    EXPECT_TRUE(done) << done.error().message;
    return done ? std::move(*done) : Merged{};
}

/// Who is accused, or waits, at a look: "beta/client waiting likely confirmed".
inline std::vector<std::string> verdicts(const Look &look, diagnosis::Role role) {
    std::vector<std::string> all;
    for (const diagnosis::Verdict &one : look.diagnosis.verdicts)
        if (one.role == role)
            all.push_back(look.snapshot.actors.at(one.pid).name + ' ' + std::string(name(one.kind)) + ' ' +
                          std::string(name(one.confidence)) + ' ' + std::string(name(one.state)));
    return all;
}

inline std::vector<std::string> culprits(const Merged &merged) {
    return verdicts(merged.recording.looks.back(), diagnosis::Role::culprit);
}
inline std::vector<std::string> victims(const Merged &merged) {
    return verdicts(merged.recording.looks.back(), diagnosis::Role::victim);
}

} // namespace unwedge::recording::two_hosts
