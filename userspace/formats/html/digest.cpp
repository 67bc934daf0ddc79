// SPDX-License-Identifier: GPL-2.0-only
#include "formats/html/digest.h"

#include "util/printable.h"

#include <algorithm>
#include <ranges>

namespace unwedge::formats::html {

namespace {

using recording::Recording;

facts::Snapshot all_known(const Recording &recording) {
    facts::Snapshot known;
    if (recording.looks.empty())
        return known;
    known = recording.looks.back().snapshot;
    for (const recording::Look &look : recording.looks | std::views::reverse) {
        known.actors.insert(look.snapshot.actors.begin(), look.snapshot.actors.end());
        known.ends.insert(look.snapshot.ends.begin(), look.snapshot.ends.end());
    }
    return known;
}

Nanos latest_time(const Recording &recording) {
    Nanos latest = recording.meta.end.value_or(recording.meta.begin);
    for (const facts::Event &event : recording.events)
        latest = std::max(latest, std::visit([](const auto &one) { return one.at; }, event));
    for (const recording::Look &look : recording.looks)
        latest = std::max(latest, look.snapshot.at);
    for (const recording::Sample &sample : recording.samples)
        latest = std::max(latest, sample.at);
    for (const auto &[pid, history] : recording.flight)
        if (!history.records.empty())
            latest = std::max(latest, history.records.back().at);
    return latest;
}

template <typename T>
Json number_in(const std::map<T, std::size_t> &numbers, T id) {
    const auto found = numbers.find(id);
    return found == numbers.end() ? Json(nullptr) : Json(found->second);
}

} // namespace

Digest::Digest(const Recording &recorded)
    : recording(recorded), last(recorded.last()), cast(last.diagnosis), known(all_known(recorded)),
      channels(report::channels_of(known)), until(latest_time(recorded)) {
    for (const report::Channel &channel : channels)
        channel_numbers.emplace(channel.id, channel_numbers.size());
    for (const auto &[id, end] : known.ends)
        end_numbers.emplace(id, end_numbers.size());
}

Json Digest::channel_number(std::optional<facts::ChannelId> id) const {
    return id ? number_in(channel_numbers, *id) : Json(nullptr);
}

Json Digest::end_number(facts::EndId id) const {
    return number_in(end_numbers, id);
}

Json time_json(const Digest &digest, const std::optional<Nanos> &at) {
    return at ? Json(digest.since_begin(*at)) : Json(nullptr);
}

Json text_json(std::string_view text) {
    return printable(text);
}

} // namespace unwedge::formats::html
