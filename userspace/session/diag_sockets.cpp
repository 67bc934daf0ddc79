// SPDX-License-Identifier: GPL-2.0-only
#include "session/diag_sockets.h"

#include "facts/names.h"

#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <map>
#include <string>
#include <unordered_map>

namespace unwedge::session {
namespace {

/// The other side has sent its FIN.
bool has_fin(std::uint8_t state) {
    return state == TCP_CLOSE_WAIT || state == TCP_LAST_ACK || state == TCP_CLOSING;
}

/// Nobody has a descriptor of it, though its own side was not closed: it waits to be accepted.
bool waits_for_accept(const netlink::TcpSocket &told) {
    return told.inode == 0 && (told.state == TCP_ESTABLISHED || told.state == TCP_CLOSE_WAIT);
}

facts::InetAddress inet_address(const netlink::TcpSocket &told, const std::array<std::uint8_t, 16> &bytes,
                                std::uint16_t port) {
    return {.is_v6 = told.family == AF_INET6, .bytes = bytes, .port = port};
}

/// What TCP has counted since the connection began.
void add_info(const netlink::TcpInfo &info, std::uint64_t taken, Nanos now, facts::End &end) {
    const std::uint64_t arrived = taken + end.unread.value_or(0);
    end.ever_received = taken > 0;
    if (arrived > 0)
        end.last_arrival = now - info.since_last_data_received;
    if (info.bytes_sent > 0)
        end.last_send = now - info.since_last_data_sent;
    if (!end.last_send || !end.last_arrival)
        end.spoke_last_seen = end.last_send.has_value();
    else if (*end.last_send != *end.last_arrival)
        end.spoke_last_seen = *end.last_send > *end.last_arrival;
}

DiagSocket tcp_socket(const netlink::TcpSocket &told, std::uint64_t netns, Nanos now, const GiveId &give_id) {
    DiagSocket seen;
    facts::Socket &socket = seen.socket;
    socket.end.id = give_id(told.cookie);
    socket.end.kind = facts::ChannelKind::tcp;
    socket.end.state = facts::tcp_state(told.state);
    socket.end.inode = told.inode;
    socket.netns = netns;
    socket.local = inet_address(told, told.local_address, told.local_port);
    socket.remote = inet_address(told, told.remote_address, told.remote_port);
    if (told.state == TCP_LISTEN) {
        socket.listening = true;
        socket.queued = told.receive_queue;
        socket.limit = told.send_queue;
        return seen;
    }
    socket.waits_for_accept = waits_for_accept(told);
    facts::End &end = socket.end;
    end.peer_closed = has_fin(told.state);
    const std::uint32_t fin = end.peer_closed && told.receive_queue > 0 ? 1 : 0; // counted as a byte
    end.unread = told.receive_queue - fin;
    end.unsent = told.send_queue;
    if (end.peer_closed)
        end.eof_read = told.receive_queue == 0;
    if (told.info && told.info->bytes_received >= told.receive_queue) {
        seen.position = told.info->bytes_received - told.receive_queue;
        const std::uint64_t fin_taken = end.eof_read.value_or(false) && *seen.position > 0 ? 1 : 0;
        add_info(*told.info, *seen.position - fin_taken, now, end);
    }
    return seen;
}

facts::ChannelKind kind_of(std::uint8_t type) {
    switch (type) {
    case SOCK_SEQPACKET: return facts::ChannelKind::unix_seqpacket;
    case SOCK_DGRAM: return facts::ChannelKind::unix_dgram;
    default: return facts::ChannelKind::unix_stream;
    }
}

DiagSocket unix_socket(const netlink::UnixSocket &told, const GiveId &give_id) {
    DiagSocket seen;
    facts::Socket &socket = seen.socket;
    socket.end.id = give_id(told.cookie);
    socket.end.kind = kind_of(told.type);
    socket.end.state = facts::tcp_state(told.state);
    socket.end.inode = told.inode;
    socket.name = told.name;
    if (told.state == TCP_LISTEN) {
        socket.listening = true;
        socket.queued = told.receive_queue;
        socket.limit = told.send_queue;
        return seen;
    }
    socket.end.unread = told.receive_queue;
    socket.end.unsent = told.send_queue;
    socket.end.peer_closed = (told.shutdown & 1) != 0; // RCV_SHUTDOWN, include/net/sock.h
    return seen;
}

} // namespace

std::vector<DiagSocket> tcp_sockets(const std::vector<netlink::TcpSocket> &told, std::uint64_t netns,
                                    Nanos now, const GiveId &give_id) {
    std::vector<DiagSocket> sockets;
    sockets.reserve(told.size());
    for (const netlink::TcpSocket &one : told)
        sockets.push_back(tcp_socket(one, netns, now, give_id));
    return sockets;
}

std::vector<DiagSocket> unix_sockets(const std::vector<netlink::UnixSocket> &told, const GiveId &give_id) {
    std::vector<DiagSocket> sockets;
    sockets.reserve(told.size());
    std::unordered_map<std::uint32_t, std::size_t> by_inode;
    for (const netlink::UnixSocket &one : told) {
        by_inode.emplace(one.inode, sockets.size());
        sockets.push_back(unix_socket(one, give_id));
    }
    for (std::size_t i = 0; i < told.size(); ++i) {
        if (const auto peer = by_inode.find(told[i].peer_inode); peer != by_inode.end()) {
            sockets[i].socket.end.peer = sockets[peer->second].socket.end.id;
            sockets[i].socket.peer_name = told[peer->second].name;
        }
        for (const std::uint32_t client : told[i].pending)
            if (const auto waiting = by_inode.find(client); waiting != by_inode.end()) {
                sockets[waiting->second].socket.end.pending_on = sockets[i].socket.end.id;
                sockets[waiting->second].socket.peer_name = told[i].name;
            }
    }
    return sockets;
}

} // namespace unwedge::session
