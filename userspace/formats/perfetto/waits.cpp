// SPDX-License-Identifier: GPL-2.0-only
#include "formats/perfetto/waits.h"

#include <cstddef>
#include <map>
#include <optional>
#include <tuple>

namespace unwedge::formats::perfetto {

namespace {

using diagnosis::WaitEdge;
using Key = std::tuple<facts::Pid, facts::Pid, std::optional<facts::ChannelId>>;

struct Wait {
    const WaitEdge *edge = nullptr; ///< as of the first look
    std::size_t look = 0;           ///< the last that has it
    Nanos since{};
    Nanos until{};
};

void add(Trace &trace, const Actors &actors, TrackId track, const Wait &wait) {
    const WaitEdge &edge = *wait.edge;
    Event waits{.track = track, .category = "wait", .name = "waits on " + actors.who(edge.to)};
    waits.annotations = {{"strength", std::string(name(edge.strength))}, {"why", edge.why}};
    if (edge.channel)
        waits.annotations.push_back({"channel", *edge.channel});
    if (const auto blocker = actors.track(edge.to)) {
        const ArrowId arrow = trace.arrow();
        waits.tail_of = {arrow};
        trace.instant(wait.since, {.track = *blocker,
                                   .category = "wait",
                                   .name = "awaited by " + actors.who(edge.from),
                                   .head_of = {arrow},
                                   .is_late = true});
    }
    if (wait.until == wait.since)
        trace.instant(wait.since, waits);
    else
        trace.slice(wait.since, wait.until, waits);
}

} // namespace

void add_waits(const recording::Recording &recording, const Actors &actors, Trace &trace) {
    std::map<Key, std::pair<TrackId, Wait>> waits;
    for (std::size_t number = 0; number < recording.looks.size(); ++number) {
        const recording::Look &look = recording.looks[number];
        for (const WaitEdge &edge : look.diagnosis.waits) {
            const auto waiter = actors.track(edge.from);
            if (!waiter)
                continue;
            const auto [found, is_new] = waits.try_emplace({edge.from, edge.to, edge.channel});
            auto &[track, wait] = found->second;
            if (is_new) {
                // One for each edge, as slices of one track must not overlap; a viewer shows them as one.
                track = trace.track(*waiter, "waits");
            } else if (wait.look + 1 == number && !look.after_rest) {
                wait.look = number;
                wait.until = look.snapshot.at;
                continue;
            } else if (wait.look == number) {
                continue;
            } else {
                add(trace, actors, track, wait);
            }
            wait = {&edge, number, look.snapshot.at, look.snapshot.at};
        }
    }
    for (const auto &[key, entry] : waits)
        add(trace, actors, entry.first, entry.second);
}

} // namespace unwedge::formats::perfetto
