// SPDX-License-Identifier: GPL-2.0-only
#include "recording/join.h"

#include "facts/inet_address.h"

#include <fmt/format.h>

#include <map>
#include <set>
#include <string_view>

namespace unwedge::recording {
namespace {

/// Without its port and the brackets of IPv6.
std::string_view ip_of(std::string_view address) {
    std::string_view ip = address.substr(0, address.rfind(':'));
    if (ip.starts_with('[') && ip.ends_with(']'))
        ip = ip.substr(1, ip.size() - 2);
    return ip;
}

/// An address means another socket on each host if it is a loopback one.
std::string tcp_name(const std::string &address, std::size_t host) {
    return facts::is_loopback(ip_of(address)) ? fmt::format("{} of host {}", address, host) : address;
}

/// Most UNIX sockets have no address, and those that a listener made all have its own.
std::string unix_name_by_inode(std::uint64_t inode, std::size_t host) {
    return fmt::format("inode {} of host {}", inode, host);
}

/// False: it can't be told which other end it belongs to.
bool give_names(const facts::End *shadow, OuterEnd &outer) {
    const facts::End &end = outer.end;
    if (end.kind == facts::ChannelKind::tcp) {
        outer.name = tcp_name(end.address, outer.from.host);
        outer.remote_name = tcp_name(end.remote_address, outer.from.host);
        return !end.address.empty() && end.address != end.remote_address;
    }
    if (end.kind == facts::ChannelKind::pipe || !shadow || !end.inode || !shadow->inode)
        return false;
    outer.name = unix_name_by_inode(end.inode, outer.from.host);
    outer.remote_name = unix_name_by_inode(shadow->inode, outer.from.host);
    return true;
}

std::set<facts::EndId> held_ends(const facts::Snapshot &snapshot) {
    std::set<facts::EndId> held;
    for (const auto &[pid, actor] : snapshot.actors)
        if (!actor.exited)
            for (const facts::Hold &hold : actor.holds)
                held.insert(hold.end);
    return held;
}

void tie(const OuterEnd &own, const OuterEnd &other, facts::Snapshot &snapshot) {
    facts::End &end = snapshot.ends.at(own.end.id);
    end.peer = other.end.id;
    // Of a connection that was not accepted yet the connecting side is told so, as where both are seen.
    end.pending_on = other.end.pending_on;
    snapshot.ends.erase(own.shadow);
}

} // namespace

std::vector<OuterEnd> outer_ends(const facts::Snapshot &snapshot, Viewpoint from) {
    const std::set<facts::EndId> held = held_ends(snapshot);
    std::vector<OuterEnd> outer;
    for (const auto &[id, end] : snapshot.ends) {
        // What waits to be accepted is held by nobody yet.
        if (held.contains(end.peer) || (!held.contains(id) && !end.pending_on))
            continue;
        const auto shadow = snapshot.ends.find(end.peer);
        const bool has_shadow = shadow != snapshot.ends.end();
        OuterEnd one{.from = from, .end = end, .seen = snapshot.at, .shadow = has_shadow ? end.peer : 0};
        if (give_names(has_shadow ? &shadow->second : nullptr, one))
            outer.push_back(std::move(one));
    }
    return outer;
}

std::vector<Joint> joints(const std::vector<OuterEnd> &ends) {
    using Names = std::pair<std::string_view, std::string_view>;
    std::multimap<Names, const OuterEnd *> by_names;
    for (const OuterEnd &end : ends)
        by_names.emplace(Names(end.name, end.remote_name), &end);
    std::vector<Joint> joined;
    for (const OuterEnd &one : ends) {
        const Names own(one.name, one.remote_name);
        const Names mirrored(one.remote_name, one.name);
        if (own > mirrored || by_names.count(own) != 1 || by_names.count(mirrored) != 1)
            continue;
        const OuterEnd &other = *by_names.find(mirrored)->second;
        if (other.from.recording != one.from.recording && other.end.kind == one.end.kind)
            joined.push_back({one, other});
    }
    return joined;
}

void apply(const Joint &joint, facts::Snapshot &snapshot) {
    // What a hostile recording calls both an end and another one's shadow is gone by then.
    if (!snapshot.ends.contains(joint.one.end.id) || !snapshot.ends.contains(joint.other.end.id))
        return;
    tie(joint.one, joint.other, snapshot);
    tie(joint.other, joint.one, snapshot);
}

} // namespace unwedge::recording
