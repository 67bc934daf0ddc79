// SPDX-License-Identifier: GPL-2.0-only
#include "formats/perfetto/messages.h"

#include "facts/names.h"
#include "formats/perfetto/conversation.h"

#include <map>
#include <utility>

namespace unwedge::formats::perfetto {

namespace {

using facts::FlightKind;
using facts::FlightRecord;

struct Arrows {
    std::vector<ArrowId> tail_of;
    std::vector<ArrowId> head_of;
};

std::map<RecordRef, Arrows> arrows_of(const recording::Recording &recording, const Ends &ends, Trace &trace) {
    std::map<RecordRef, Arrows> arrows;
    for (const Delivery &delivery : deliveries(recording, ends)) {
        const ArrowId arrow = trace.arrow();
        arrows[delivery.send].tail_of.push_back(arrow);
        arrows[delivery.receive].head_of.push_back(arrow);
    }
    return arrows;
}

/// "parent (pid 11) fd 7", "93.184.216.34:443"; "" if it is not known.
std::string other_side(const Ends &ends, const KnownEnd *end) {
    if (!end)
        return "";
    const KnownEnd *peer = ends.find(end->last.peer);
    return peer ? peer->name : end->last.remote_address;
}

std::string name_of(const FlightRecord &record, const std::string &other) {
    switch (record.kind) {
    case FlightKind::receive: return other.empty() ? "receive" : "receive from " + other;
    case FlightKind::send: return other.empty() ? "send" : "send to " + other;
    case FlightKind::unpark: return "unpark";
    case FlightKind::state:
        return "state " + std::string(facts::tcp_state(static_cast<std::uint8_t>(record.amount)));
    }
    return "";
}

Event event_of(const FlightRecord &record, const Ends &ends, TrackId track) {
    const KnownEnd *end = record.end == 0 ? nullptr : ends.by_low_bits(record.end);
    Event event{.track = track, .category = "message", .name = name_of(record, other_side(ends, end))};
    event.is_late = record.kind == FlightKind::receive; // as in conversation.cpp
    if (record.kind == FlightKind::receive || record.kind == FlightKind::send)
        event.annotations.push_back({"bytes", std::uint64_t{record.amount}});
    if (end)
        event.annotations.push_back({"channel", facts::channel_of(end->last)});
    else if (record.end != 0)
        event.annotations.push_back({"end_low_bits", std::uint64_t{record.end}});
    return event;
}

/// How far the track can be trusted, where it begins.
void add_limits(Trace &trace, TrackId track, const facts::History &history) {
    if (history.records.empty() || (history.overwritten == 0 && history.precision == Nanos{}))
        return;
    trace.instant(history.records.front().at,
                  {.track = track,
                   .category = "message",
                   .name = "flight records begin",
                   .annotations = {{"overwritten_before", history.overwritten},
                                   {"precision_ns", std::int64_t{history.precision.count()}}}});
}

} // namespace

void add_messages(const recording::Recording &recording, const Actors &actors, const Ends &ends,
                  Trace &trace) {
    std::map<RecordRef, Arrows> arrows = arrows_of(recording, ends, trace);
    for (const auto &[pid, history] : recording.flight) {
        const auto process = actors.track(pid);
        if (!process || history.records.empty())
            continue;
        const TrackId track = trace.track(*process, "messages");
        add_limits(trace, track, history);
        for (std::size_t i = 0; i < history.records.size(); ++i) {
            Event event = event_of(history.records[i], ends, track);
            if (const auto found = arrows.find({pid, i}); found != arrows.end()) {
                event.tail_of = std::move(found->second.tail_of);
                event.head_of = std::move(found->second.head_of);
            }
            trace.instant(history.records[i].at, event);
        }
    }
}

} // namespace unwedge::formats::perfetto
