// SPDX-License-Identifier: GPL-2.0-only
#include "formats/perfetto/channels.h"

#include "facts/names.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>
#include <variant>

namespace unwedge::formats::perfetto {

namespace {

using facts::EndId;
using facts::StallBegan;
using facts::StallEnded;

struct Stall {
    Nanos begin{};
    std::optional<Nanos> end; ///< nullopt: it stands, or nobody saw its end
    std::optional<Nanos> noticed;
    std::optional<std::uint64_t> unread; ///< when it was noticed
};

/// What is drawn of one end.
struct Drawing {
    std::vector<std::pair<Nanos, std::uint64_t>> unread;
    std::vector<Stall> stalls;
};

using Drawings = std::map<EndId, Drawing>;

/// Stalls of one end come one after the other; where the end of one was missed, the next one tells of it.
Stall &next_stall(Drawing &drawing, Nanos since) {
    if (!drawing.stalls.empty()) {
        Stall &before = drawing.stalls.back();
        if (!before.end)
            before.end = std::max(before.begin, since);
        since = std::max(since, *before.end);
    }
    return drawing.stalls.emplace_back(Stall{.begin = since});
}

void draw(Drawings &drawings, const StallBegan &began) {
    Drawing &drawing = drawings[began.end];
    Stall &stall = next_stall(drawing, began.since);
    stall.noticed = began.at;
    stall.unread = began.unread;
    drawing.unread.emplace_back(began.at, began.unread);
}

void draw(Drawings &drawings, const StallEnded &ended) {
    Drawing &drawing = drawings[ended.end];
    if (drawing.stalls.empty() || drawing.stalls.back().end)
        next_stall(drawing, ended.since);
    Stall &stall = drawing.stalls.back();
    stall.end = std::max(stall.begin, ended.at);
}

template <typename Other>
void draw(Drawings &, const Other &) {}

Drawings drawings_of(const recording::Recording &recording) {
    Drawings drawings;
    for (const facts::Event &event : recording.events)
        std::visit([&drawings](const auto &one) { draw(drawings, one); }, event);
    for (const recording::Look &look : recording.looks)
        for (const auto &[id, end] : look.snapshot.ends)
            if (end.unread)
                drawings[id].unread.emplace_back(look.snapshot.at, *end.unread);
    for (auto &[id, drawing] : drawings)
        std::ranges::stable_sort(drawing.unread, {}, [](const auto &value) { return value.first; });
    return drawings;
}

/// "channel 1: tcp 127.0.0.1:4000, 127.0.0.1:51234"; the id tells it from others, which a viewer would merge.
std::string name_of(facts::ChannelId id, const KnownEnd &end) {
    if (!end.in_a_look)
        return fmt::format("channel {}, in no look", id);
    std::string name = fmt::format("channel {}: {}", id, facts::name(end.last.kind));
    const char *separator = " ";
    for (const std::string *address : {&end.last.address, &end.last.remote_address})
        if (!address->empty())
            fmt::format_to(std::back_inserter(name), "{}{}", std::exchange(separator, ", "), *address);
    return name;
}

void add_stalls(Trace &trace, TrackId track, const KnownEnd &end, const std::vector<Stall> &stalls) {
    for (const Stall &stall : stalls) {
        Event event{.track = track, .category = "stall", .name = "not consumed by " + end.name};
        event.annotations = {{"end", end.last.id}, {"since_ns", std::int64_t{stall.begin.count()}}};
        if (stall.unread)
            event.annotations.push_back({"unread_bytes", *stall.unread});
        if (stall.noticed)
            event.annotations.push_back({"noticed_ns", std::int64_t{stall.noticed->count()}});
        trace.slice(stall.begin, stall.end, event);
    }
}

/// A counter keeps its value until the next one, so only changes are written.
void add_unread(Trace &trace, TrackId counter, const Drawing &drawing) {
    std::optional<std::uint64_t> before;
    for (const auto &[at, bytes] : drawing.unread)
        if (std::exchange(before, bytes) != bytes)
            trace.count(at, counter, bytes);
}

} // namespace

void add_channels(const recording::Recording &recording, const Ends &ends, Trace &trace) {
    const Drawings drawings = drawings_of(recording);
    std::map<facts::ChannelId, std::vector<const KnownEnd *>> channels;
    for (const auto &[id, end] : ends.all())
        channels[facts::channel_of(end.last)].push_back(&end);
    if (channels.empty())
        return;
    const TrackId all = trace.track(0, "channels");
    for (const auto &[id, members] : channels) {
        const TrackId channel = trace.track(all, name_of(id, *members.front()));
        for (const KnownEnd *end : members) {
            const auto drawing = drawings.find(end->last.id);
            if (drawing == drawings.end())
                continue;
            if (!drawing->second.unread.empty())
                add_unread(trace, trace.counter(channel, "unread by " + end->name, Unit::bytes),
                           drawing->second);
            if (!drawing->second.stalls.empty())
                add_stalls(trace, trace.track(channel, "stalls of " + end->name), *end,
                           drawing->second.stalls);
        }
    }
}

} // namespace unwedge::formats::perfetto
