// SPDX-License-Identifier: GPL-2.0-only
#include "facts/names.h"
#include "formats/html/page_data.h"
#include "report/ends_text.h"

#include <utility>

namespace unwedge::formats::html {

namespace {

using facts::End;
using facts::EndId;

/// What an end's queues were at a look: [time, unread, unsent].
using Queues = std::map<EndId, Json>;

/// A look that tells the same as the one before and the one after is left out.
void add_reading(Json &readings, Json reading) {
    const auto same = [](const Json &left, const Json &right) {
        return left[1] == right[1] && left[2] == right[2];
    };
    const std::size_t count = readings.size();
    if (count >= 2 && same(readings[count - 2], readings[count - 1]) && same(readings[count - 1], reading))
        readings.erase(count - 1);
    readings.push_back(std::move(reading));
}

Queues queues_of(const Digest &digest) {
    Queues queues;
    for (const recording::Look &look : digest.recording.looks)
        for (const auto &[id, end] : look.snapshot.ends) {
            Json &readings = queues.try_emplace(id, Json::array()).first->second;
            add_reading(readings, {digest.since_begin(look.snapshot.at), nullable_json(end.unread),
                                   nullable_json(end.unsent)});
        }
    return queues;
}

struct Stall {
    Nanos since{};
    std::optional<Nanos> until; ///< nullopt: it stood when the recording ended
    std::uint64_t unread = 0;
};

using Stalls = std::map<EndId, std::vector<Stall>>;

struct StallReader {
    Stalls &stalls;

    void operator()(const facts::StallBegan &event) const {
        stalls[event.end].push_back({event.since, std::nullopt, event.unread});
    }
    void operator()(const facts::StallEnded &event) const {
        std::vector<Stall> &of_end = stalls[event.end];
        if (of_end.empty() || of_end.back().until) // its beginning was before the recording, or was lost
            of_end.push_back({event.since, std::nullopt, 0});
        of_end.back().until = event.at;
    }
    void operator()(const auto & /*other*/) const {}
};

Stalls stalls_of(const Digest &digest) {
    Stalls stalls;
    for (const facts::Event &event : digest.recording.events)
        std::visit(StallReader{stalls}, event);
    // Pipes, and all ends at tier procfs, are told of by looks alone.
    for (const auto &[id, end] : digest.last.snapshot.ends) {
        const bool stalled = end.unread_since && digest.last.snapshot.at - *end.unread_since >=
                                                     digest.recording.meta.policy.stall_after;
        std::vector<Stall> &of_end = stalls[id];
        if (stalled && (of_end.empty() || of_end.back().until))
            of_end.push_back({*end.unread_since, std::nullopt, end.unread.value_or(0)});
    }
    return stalls;
}

Json stalls_json(const Digest &digest, const std::vector<Stall> &stalls) {
    Json told = Json::array();
    for (const Stall &stall : stalls)
        told.push_back({digest.since_begin(stall.since), time_json(digest, stall.until), stall.unread});
    return told;
}

Json holders_json(const report::Holders &holders) {
    Json told = Json::array();
    for (const report::Holder &holder : holders)
        told.push_back({holder.pid, holder.fd});
    return told;
}

std::string_view interest_of(const Digest &digest, const End &end, const report::Holders &holders) {
    if (holders.empty()) // whoever holds it is outside: what it waits for was not seen
        return name(facts::Interest::unknown);
    std::vector<const facts::Actor *> actors;
    for (const report::Holder &holder : holders)
        actors.push_back(&digest.known.actors.at(holder.pid));
    return name(facts::interest_in(actors, end));
}

Json end_json(const Digest &digest, const End &end, const report::Holders &holders) {
    return {{"id", std::to_string(end.id)},
            {"channel", digest.channel_number(channel_of(end))},
            {"address", text_json(report::address_text(end.address))},
            {"state", text_json(end.state)},
            {"holders", holders_json(holders)},
            {"interest", interest_of(digest, end, holders)},
            {"unread", nullable_json(end.unread)},
            {"unsent", nullable_json(end.unsent)},
            {"peer_closed", end.peer_closed},
            {"received", nullable_json(end.received)},
            {"sent", nullable_json(end.sent)},
            {"last_receive", time_json(digest, end.last_receive)},
            {"last_send", time_json(digest, end.last_send)}};
}

} // namespace

Json ends_json(const Digest &digest) {
    const Queues queues = queues_of(digest);
    const Stalls stalls = stalls_of(digest);
    const std::map<EndId, report::Holders> holders = report::holders_by_end(digest.known);
    Json ends = Json::array();
    for (const auto &[id, end] : digest.known.ends) {
        const auto held = holders.find(id);
        Json told = end_json(digest, end, held == holders.end() ? report::Holders{} : held->second);
        const auto readings = queues.find(id);
        told["queue"] = readings == queues.end() ? Json::array() : readings->second;
        const auto stalled = stalls.find(id);
        told["stalls"] = stalled == stalls.end() ? Json::array() : stalls_json(digest, stalled->second);
        ends.push_back(std::move(told));
    }
    return ends;
}

Json channels_json(const Digest &digest) {
    Json channels = Json::array();
    for (const report::Channel &channel : digest.channels) {
        Json ends = Json::array();
        for (const End *end : channel.ends)
            ends.push_back(digest.end_number(end->id));
        channels.push_back({{"id", std::to_string(channel.id)},
                            {"kind", name(channel.ends.front()->kind)},
                            {"leaves_host", channel.leaves_host()},
                            {"outside", channel.has_outside_end()
                                            ? text_json(report::address_text(channel.outside_address()))
                                            : Json(nullptr)},
                            {"ends", std::move(ends)}});
    }
    return channels;
}

Json listeners_json(const Digest &digest) {
    Json listeners = Json::array();
    for (const facts::Listener &listener : digest.known.listeners)
        listeners.push_back({{"address", text_json(listener.address)},
                             {"kind", name(listener.kind)},
                             {"queued", listener.queued},
                             {"limit", listener.limit},
                             {"since", time_json(digest, listener.queued_since)}});
    return listeners;
}

} // namespace unwedge::formats::html
