// SPDX-License-Identifier: GPL-2.0-only
#include "profiles/kinship.h"

#include <algorithm>

namespace unwedge::profiles {
namespace {

bool is_thread_of(const facts::Actor &actor, std::optional<facts::Pid> tid) {
    return tid && std::ranges::any_of(actor.threads,
                                      [tid](const facts::Thread &thread) { return thread.tid == *tid; });
}

void add(Links &links, facts::ChannelKind kind) {
    if (kind == facts::ChannelKind::tcp)
        links.tcp = true;
    else if (kind == facts::ChannelKind::pipe)
        links.pipe = true;
    else
        links.unix_socket = true;
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
Links Kinship::links_to_parent(const facts::Actor &actor) {
    Links links;
    const std::set<facts::EndId> &parents = ends_of(actor.ppid);
    if (parents.empty())
        return links;
    const std::set<facts::EndId> &own = ends_of(actor.pid);
    for (const facts::EndId id : own) {
        const auto end = snapshot_.ends.find(id);
        if (end == snapshot_.ends.end() || !parents.contains(end->second.peer))
            continue;
        const bool shared = parents.contains(id) && own.contains(end->second.peer);
        if (!shared || is_thread_of(actor, end->second.last_reader))
            add(links, end->second.kind);
    }
    return links;
}

} // namespace unwedge::profiles
