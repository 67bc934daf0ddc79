// SPDX-License-Identifier: GPL-2.0-only
#include "report/channels.h"

#include <algorithm>

namespace unwedge::report {

using facts::End;
using facts::Snapshot;

std::map<facts::EndId, Holders> holders_by_end(const Snapshot &snapshot) {
    std::map<facts::EndId, Holders> holders;
    for (const auto &[pid, actor] : snapshot.actors)
        if (!actor.exited)
            for (const facts::Hold &hold : actor.holds)
                holders[hold.end].push_back({pid, hold.fd});
    return holders;
}

bool Channel::leaves_host() const {
    return std::any_of(ends.begin(), ends.end(), [](const End *end) { return end->leaves_host; });
}

std::vector<Channel> channels_of(const Snapshot &snapshot) {
    std::map<facts::ChannelId, Channel> by_id;
    for (const auto &[id, end] : snapshot.ends) {
        Channel &channel = by_id[channel_of(end)];
        channel.id = channel_of(end);
        channel.ends.push_back(&end);
    }
    std::vector<Channel> channels;
    for (auto &[id, channel] : by_id) {
        // The peer of a datagram socket need not name it back, so it need not be in the same channel.
        if (channel.has_outside_end())
            if (const End *peer = peer_of(snapshot, *channel.ends.front()))
                channel.ends.push_back(peer);
        channels.push_back(std::move(channel));
    }
    return channels;
}

const End *held_end(const Snapshot &snapshot, const facts::Actor &actor, facts::ChannelId id) {
    const End *found = nullptr;
    for (const facts::Hold &hold : actor.holds) {
        const auto end = snapshot.ends.find(hold.end);
        if (end == snapshot.ends.end() || channel_of(end->second) != id)
            continue;
        if (!found || end->second.unread.value_or(0) > found->unread.value_or(0))
            found = &end->second;
    }
    return found;
}

const End *peer_of(const Snapshot &snapshot, const End &end) {
    const auto peer = snapshot.ends.find(end.peer);
    return peer == snapshot.ends.end() || peer->first == end.id ? nullptr : &peer->second;
}

} // namespace unwedge::report
