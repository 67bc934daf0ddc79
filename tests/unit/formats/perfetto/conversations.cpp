// SPDX-License-Identifier: GPL-2.0-only
#include "conversations.h"

#include "support/snapshot_builder.h"

namespace unwedge::formats::conversations {

using namespace support;
using facts::FlightKind;

recording::Recording dialogue() {
    recording::Recording recording;
    recording.meta.host = "ci-7";
    recording.meta.kernel = "6.1.0";
    recording.meta.tier = "bpf";
    recording.meta.version = "0.1.0";
    recording.meta.begin = 100s;
    recording.meta.begin_unix = 1'769'860'788s;
    recording.meta.end = 112s;

    SnapshotBuilder build(110s);
    build.actor(10, "client").argv({"client"}).started(100s).hold(3, 1).thread(in_read(3));
    build.actor(11, "server").child_of(10).argv({"server", "-v"}).started(101s).hold(4, 2);
    build.actor(11).thread(in_epoll({})).thread_at(0).switches(7);
    build.unix_pair(1, 2, "/run/s");
    build.end(2).unread(50, 105s);
    recording::Look look{.at = "2026-01-31T12:00:00.000Z", .snapshot = build.snapshot()};
    look.diagnosis.waits.push_back({10, 11, 1, 2, diagnosis::Strength::weak, "waits in recvfrom"});
    recording.looks.push_back(look);
    build.at(111s).actor(11).thread_at(0).switches(9);
    look.snapshot = build.snapshot();
    recording.looks.push_back(look);

    recording.events.emplace_back(facts::Forked{.at = 101s, .parent = 10, .child = 11, .comm = "client"});
    recording.events.emplace_back(
        facts::Executed{.at = 101'500ms, .pid = 11, .comm = "server", .argv = {"server", "-v"}});
    recording.events.emplace_back(facts::StallBegan{.at = 108s, .end = 2, .unread = 50, .since = 105s});
    recording.flight[10] = {.records = {{102s, FlightKind::send, 1, 100},
                                        {104s, FlightKind::receive, 1, 20},
                                        {105s, FlightKind::send, 1, 50}}};
    recording.flight[11] = {.records = {{102s, FlightKind::unpark, 0, 0},
                                        {102s, FlightKind::receive, 2, 4},
                                        {102s, FlightKind::receive, 2, 96},
                                        {103s, FlightKind::send, 2, 20}},
                            .precision = 4ms};
    return recording;
}

recording::Recording slipped() {
    recording::Recording recording = dialogue();
    for (recording::Look &look : recording.looks)
        look.snapshot.ends.at(2).unread = 150;
    return recording;
}

} // namespace unwedge::formats::conversations
