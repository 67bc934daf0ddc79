// SPDX-License-Identifier: GPL-2.0-only
#include "profiles/kinship.h"

#include <algorithm>

namespace unwedge::profiles {
namespace {

bool is_thread_of(const facts::Actor &actor, std::optional<facts::Pid> tid) {
    return tid && std::ranges::any_of(actor.threads,
                                      [tid](const facts::Thread &thread) { return thread.tid == *tid; });
}

} // namespace

Kinship::Kinship(const facts::Snapshot &snapshot) : snapshot_(snapshot) {}

const std::set<facts::EndId> &Kinship::ends_of(facts::Pid pid) {
    const auto [known, is_new] = ends_.try_emplace(pid);
    const auto actor = snapshot_.actors.find(pid);
    if (is_new && actor != snapshot_.actors.end())
        for (const facts::Hold &hold : actor->second.holds)
            known->second.insert(hold.end);
    return known->second;
}

/// A forked child has all the descriptors of its parent, also both ends of a pair that the parent made for
/// itself (the self-pipe of an event loop). So where both have both ends, it counts only if the child reads.
Link Kinship::link_to_parent(const facts::Actor &actor) {
    const std::set<facts::EndId> &parents = ends_of(actor.ppid);
    if (parents.empty())
        return Link::none;
    const std::set<facts::EndId> &own = ends_of(actor.pid);
    for (const facts::EndId id : own) {
        const auto end = snapshot_.ends.find(id);
        if (end == snapshot_.ends.end() || !parents.contains(end->second.peer))
            continue;
        const bool shared = parents.contains(id) && own.contains(end->second.peer);
        if (!shared || is_thread_of(actor, end->second.last_reader))
            return end->second.kind == facts::ChannelKind::tcp ? Link::tcp : Link::unix_socket;
    }
    return Link::none;
}

} // namespace unwedge::profiles
