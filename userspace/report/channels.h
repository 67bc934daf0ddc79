// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "facts/model.h"

#include <map>
#include <string>
#include <vector>

namespace unwedge::report {

/// A descriptor of a living actor for a channel's end.
struct Holder {
    facts::Pid pid = 0;
    int fd = -1;
};
using Holders = std::vector<Holder>;

std::map<facts::EndId, Holders> holders_by_end(const facts::Snapshot &snapshot);

/// The ends that are known of one channel: two, or one whose other end is outside (several for a datagram
/// socket that many send to).
struct Channel {
    facts::ChannelId id = 0;
    std::vector<const facts::End *> ends;

    bool leaves_host() const;
    bool has_outside_end() const { return ends.size() == 1; }
    const std::string &outside_address() const { return ends.front()->remote_address; }
};

std::vector<Channel> channels_of(const facts::Snapshot &snapshot);

/// The end of channel `id` that `actor` holds; where it holds both, the one with something to read.
const facts::End *held_end(const facts::Snapshot &snapshot, const facts::Actor &actor, facts::ChannelId id);

/// The other end of `end`'s channel; nullptr when it is outside.
const facts::End *peer_of(const facts::Snapshot &snapshot, const facts::End &end);

} // namespace unwedge::report
