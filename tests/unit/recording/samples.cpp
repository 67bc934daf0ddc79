// SPDX-License-Identifier: GPL-2.0-only
#include "recording/samples.h"

#include "report/samples.h"

#include <algorithm>
#include <utility>

namespace unwedge::recording::samples {
namespace {

using namespace std::chrono_literals;

constexpr Nanos before_the_last_look = 500ms;
constexpr Nanos of_a_run = 12s;

Meta meta_of(const report::Context &last) {
    Meta meta;
    meta.version = "0.1.0";
    meta.host = last.host;
    meta.kernel = last.kernel;
    meta.tier = last.tier;
    meta.level = last.level;
    meta.hooks = last.hooks;
    meta.begin = last.snapshot.at - of_a_run;
    meta.begin_unix = 1'769'860'788'123ms;
    meta.command = last.command;
    meta.provoked = last.provoked;
    meta.end = last.snapshot.at + 1s;
    return meta;
}

std::vector<facts::Event> events_of(const facts::Snapshot &last, Nanos begin) {
    std::vector<facts::Event> events;
    Nanos at = begin;
    for (const auto &[pid, actor] : last.actors) {
        at += 1ms;
        events.emplace_back(facts::Forked{.at = at, .parent = actor.ppid, .child = pid, .comm = actor.comm});
        events.emplace_back(
            facts::Executed{.at = at + 500us, .pid = pid, .comm = actor.comm, .argv = actor.argv});
        if (actor.exited)
            events.emplace_back(facts::Exited{.at = last.at, .pid = pid, .status = actor.exit_status});
    }
    for (const auto &[id, end] : last.ends)
        if (end.unread_since)
            events.emplace_back(facts::StallBegan{.at = *end.unread_since + 3s,
                                                  .end = id,
                                                  .unread = end.unread.value_or(0),
                                                  .since = *end.unread_since});
    const auto at_of = [](const facts::Event &event) {
        return std::visit([](const auto &one) { return one.at; }, event);
    };
    std::ranges::stable_sort(events, {}, at_of);
    return events;
}

/// Messages and waits of each actor on each end that it holds, until something was left unread.
std::map<facts::Pid, facts::History> flight_of(const facts::Snapshot &last, Nanos begin, std::size_t each) {
    std::map<facts::Pid, facts::History> flight;
    for (const auto &[pid, actor] : last.actors) {
        facts::History &history = flight[pid];
        history.precision = 4ms;
        if (actor.holds.empty())
            continue;
        const Nanos step = (last.at - begin) / static_cast<std::int64_t>(each + 1);
        for (std::size_t i = 0; i < each; ++i) {
            const facts::EndId end = actor.holds[i / 2 % actor.holds.size()].end;
            const auto kind = i % 2 == 0 ? facts::FlightKind::receive : facts::FlightKind::send;
            history.records.push_back({begin + step * static_cast<std::int64_t>(i + 1), kind,
                                       static_cast<std::uint32_t>(end),
                                       static_cast<std::uint32_t>(64 + i % 7)});
        }
    }
    return flight;
}

std::vector<Sample> samples_of(const facts::Snapshot &last, Nanos begin) {
    std::vector<Sample> samples;
    for (Nanos at = begin + 1s; at < last.at; at += 1s) {
        const auto unread = std::ranges::count_if(last.ends, [at](const auto &entry) {
            return entry.second.unread_since && *entry.second.unread_since <= at;
        });
        samples.push_back({at, last.actors.size(), last.ends.size(), static_cast<std::uint64_t>(unread),
                           static_cast<std::uint64_t>(unread)});
    }
    return samples;
}

Look look_of(const report::Context &context) {
    return {.at = context.at, .snapshot = context.snapshot, .diagnosis = context.diagnosis};
}

} // namespace

Recording of(const report::Context &last) {
    Recording recording{.meta = meta_of(last)};
    Look before = look_of(last);
    before.snapshot.at -= before_the_last_look;
    before.diagnosis = {};
    recording.looks = {std::move(before), look_of(last)};
    recording.events = events_of(last.snapshot, recording.meta.begin);
    recording.flight = flight_of(last.snapshot, recording.meta.begin, 20);
    recording.samples = samples_of(last.snapshot, recording.meta.begin);
    return recording;
}

Recording wedge() {
    Recording recording = of(report::samples::chain());
    recording.output = {
        {.stream = Stream::both,
         .before = 1200,
         .text = "test_chain.py::test_three \x1b[32mPASSED\x1b[0m\ntest_chain.py::test_<four> "}};
    return recording;
}

Recording healthy() {
    report::Context context = report::samples::healthy();
    context.command = report::Command{{"pytest", "-x", "tests"}, 0, std::nullopt, false};
    Recording recording = of(context);
    recording.looks.erase(recording.looks.begin());
    recording.looks.back().ended = true;
    return recording;
}

/// The sample's actors, and copies of its last one; who has no channel is given one to talk to itself.
Recording crowd(std::size_t actors, std::size_t records) {
    report::Context context = report::samples::crowd();
    facts::Snapshot &snapshot = context.snapshot;
    while (snapshot.actors.size() < actors) {
        facts::Actor copy = snapshot.actors.rbegin()->second;
        copy.pid += 1;
        copy.holds.clear();
        snapshot.actors.emplace(copy.pid, std::move(copy));
    }
    facts::EndId next = snapshot.ends.empty() ? 1 : snapshot.ends.rbegin()->first + 1;
    for (auto &[pid, actor] : snapshot.actors) {
        if (!actor.holds.empty())
            continue;
        for (int side = 0; side < 2; ++side, ++next) {
            actor.holds.push_back({3 + side, next});
            facts::End end;
            end.id = next;
            end.peer = side == 0 ? next + 1 : next - 1;
            end.kind = facts::ChannelKind::unix_stream;
            end.state = "ESTABLISHED";
            end.unread = 0;
            snapshot.ends.emplace(next, std::move(end));
        }
    }
    Recording recording = of(context);
    recording.flight = flight_of(recording.looks.back().snapshot, recording.meta.begin,
                                 std::max<std::size_t>(1, records / std::max<std::size_t>(1, actors)));
    return recording;
}

Recording hostile() {
    return of(report::samples::hostile());
}

Recording empty() {
    Recording recording{.meta = meta_of(report::samples::empty())};
    recording.meta.end.reset();
    return recording;
}

} // namespace unwedge::recording::samples
