// SPDX-License-Identifier: GPL-2.0-only
#include "session/earlier_stalls.h"

#include <algorithm>
#include <unordered_map>
#include <vector>

namespace unwedge::session {
namespace {

using Holders = std::unordered_map<facts::EndId, std::vector<const facts::Actor *>>;

Holders holders_of(const facts::Snapshot &snapshot) {
    Holders holders;
    for (const auto &[pid, actor] : snapshot.actors)
        for (const facts::Hold &hold : actor.holds)
            holders[hold.end].push_back(&actor);
    return holders;
}

/// Since when none of those who hold `end` has run; nullopt if nobody is known to, or one may have.
std::optional<Nanos> all_idle_since(const Holders &holders, facts::EndId end, const IdleSince &idle_since) {
    const auto found = holders.find(end);
    if (found == holders.end())
        return std::nullopt;
    std::optional<Nanos> latest;
    for (const facts::Actor *actor : found->second) {
        const std::optional<Nanos> idle = idle_since(*actor);
        if (!idle)
            return std::nullopt;
        latest = std::max(latest.value_or(*idle), *idle);
    }
    return latest;
}

/// An arrival stamped at the very moment from which the stall counts may be older: it was found there. And
/// whoever knows a datagram socket's name can send to it.
std::optional<Nanos> nothing_came_since(const Holders &holders, const facts::End &end,
                                        const IdleSince &idle_since) {
    if (end.last_arrival && end.last_arrival != end.unread_since)
        return end.last_arrival;
    if (end.kind == facts::ChannelKind::unix_dgram)
        return std::nullopt;
    return all_idle_since(holders, end.peer, idle_since);
}

} // namespace

void EarlierStalls::date_back(facts::Snapshot &snapshot, const IdleSince &idle_since) {
    std::optional<Holders> holders;
    std::map<facts::EndId, Stall> stalls;
    for (auto &[id, end] : snapshot.ends) {
        if (!end.unread_since || end.unread.value_or(0) == 0)
            continue;
        const Nanos seen_since = *end.unread_since;
        const auto known = stalls_.find(id);
        Stall stall{seen_since, seen_since};
        if (known != stalls_.end() && known->second.seen_since == seen_since) {
            stall = known->second;
        } else {
            if (!holders)
                holders = holders_of(snapshot);
            const auto unread = all_idle_since(*holders, id, idle_since);
            const auto complete = unread ? nothing_came_since(*holders, end, idle_since) : std::nullopt;
            if (complete)
                stall.since = std::min(seen_since, std::max(*unread, *complete));
        }
        end.unread_since = stall.since;
        if (end.last_arrival == seen_since)
            end.last_arrival = stall.since; // it was found then
        stalls.emplace(id, stall);
    }
    stalls_ = std::move(stalls);
}

} // namespace unwedge::session
