// SPDX-License-Identifier: GPL-2.0-only
#include "session/earlier_sockets.h"

#include <map>
#include <set>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace unwedge::session {
namespace {

/// Above all that the trace gives.
facts::EndId id_of(std::uint64_t cookie) {
    return cookie | facts::EndId{1} << 63;
}

/// One side of a TCP connection, as both sides can tell it.
using Side = std::tuple<std::uint64_t, std::string, std::string>;

std::string text(const facts::InetAddress &address) {
    return facts::ip_port(facts::ip_text(address), address.port);
}

Side side(const facts::Socket &socket) {
    return {socket.netns, text(socket.local), text(socket.remote)};
}

Side other_side(const facts::Socket &socket) {
    return {socket.netns, text(socket.remote), text(socket.local)};
}

bool is_connection(const facts::Socket &socket) {
    return socket.end.kind == facts::ChannelKind::tcp && !socket.listening;
}

/// What the hooks have seen themselves they know in the right order.
void complete_end(facts::End &end, const facts::End &remembered) {
    if (!end.last_receive && !end.last_send && !end.spoke_last_seen)
        end.spoke_last_seen = remembered.spoke_last_seen;
    if (!end.last_send)
        end.last_send = remembered.last_send;
    if (remembered.last_arrival)
        end.last_arrival = remembered.last_arrival;
}

} // namespace

void EarlierSockets::complete(std::vector<facts::Socket> &sockets, const std::vector<facts::Pid> &pids,
                              Nanos now) {
    std::unordered_map<std::uint64_t, std::size_t> by_inode;
    std::set<Side> known;
    std::set<Side> wanted; // the other sides of what the trace knows
    for (std::size_t i = 0; i < sockets.size(); ++i) {
        if (!is_connection(sockets[i]))
            continue;
        if (sockets[i].end.inode)
            by_inode.emplace(sockets[i].end.inode, i);
        known.insert(side(sockets[i]));
        wanted.insert(other_side(sockets[i]));
    }
    std::map<std::uint64_t, facts::Pid> namespaces;
    for (const facts::Pid pid : pids)
        if (const auto netns = netns_of(proc_, pid))
            namespaces.emplace(*netns, pid);
    tables_.keep_only(namespaces);
    for (const auto &[inode, pid] : namespaces) {
        Result<std::vector<DiagSocket>> told = tables_.tcp({inode, pid}, now, id_of);
        if (!told)
            continue;
        for (DiagSocket &one : *told) {
            if (!is_connection(one.socket))
                continue;
            if (const auto found = by_inode.find(one.socket.end.inode); found != by_inode.end())
                complete_end(sockets[found->second].end, one.socket.end);
            else if (one.socket.waits_for_accept && wanted.contains(side(one.socket)) &&
                     !known.contains(side(one.socket)))
                sockets.push_back(std::move(one.socket));
        }
    }
}

} // namespace unwedge::session
