// SPDX-License-Identifier: GPL-2.0-only
#include "facts/sockets.h"

#include <array>
#include <cstring>
#include <tuple>
#include <utility>

namespace unwedge::facts {
namespace {

bool is_tcp(const Socket &socket) {
    return socket.end.kind == ChannelKind::tcp;
}

/// A path as it is, "@name" for an abstract one.
std::string unix_name(std::string name) {
    if (!name.empty() && name.front() == '\0')
        name.front() = '@';
    else
        name.resize(::strnlen(name.data(), name.size()));
    return name;
}

/// What both ends of one TCP connection agree on, seen from one side.
using Tuple = std::tuple<std::uint64_t, std::string, std::string>;

void pair_tcp(std::map<Tuple, EndId> &by_tuple, std::uint64_t netns, End &end, std::map<EndId, End> &ends) {
    auto peer = by_tuple.find({netns, end.remote_address, end.address});
    if (peer != by_tuple.end()) {
        end.peer = peer->second;
        ends[peer->second].peer = end.id;
    }
    by_tuple[{netns, end.address, end.remote_address}] = end.id;
}

void name_end(Socket &socket, const std::set<std::string> &local) {
    End &end = socket.end;
    if (!is_tcp(socket)) {
        end.address = unix_name(socket.name);
        end.remote_address = unix_name(socket.peer_name);
        return;
    }
    const std::string remote = ip_text(socket.remote);
    end.address = ip_port(ip_text(socket.local), socket.local.port);
    end.remote_address = ip_port(remote, socket.remote.port);
    end.leaves_host = !is_loopback(remote) && !local.contains(remote);
}

Listener listener_of(const Socket &socket) {
    Listener listener{.id = socket.end.id, .queued = socket.queued, .limit = socket.limit};
    const std::string ip = is_tcp(socket) ? ip_text(socket.local) : "";
    listener.address = is_tcp(socket) ? ip_port(ip, socket.local.port) : unix_name(socket.name);
    listener.loopback = !is_tcp(socket) || is_loopback(ip);
    listener.kind = socket.end.kind;
    listener.queued_since = socket.end.unread_since;
    return listener;
}

/// What a connection that was not accepted yet is bound to like its listener: the name, or the port.
struct Door {
    std::uint64_t netns = 0;
    std::string address;

    auto operator<=>(const Door &) const = default;
};

/// Those of a TCP socket: a listener can be bound to one address or to all.
std::array<Door, 3> doors_of(const Socket &socket, const std::string &address) {
    return {{{socket.netns, address},
             {socket.netns, ip_port("0.0.0.0", socket.local.port)},
             {socket.netns, ip_port("::", socket.local.port)}}};
}

/// Finds out which ends wait in which listener's queue.
class Queues {
  public:
    void add_listener(const Socket &socket, const Listener &listener) {
        listeners_[{is_tcp(socket) ? socket.netns : 0, listener.address}] = listener.id;
    }
    void add_end(const Socket &socket) {
        const End &end = socket.end;
        if (!is_tcp(socket) && socket.peer_waits_for_accept)
            pending_.push_back({end.id, false, {{0, end.remote_address}}});
        else if (is_tcp(socket) && socket.waits_for_accept) {
            const std::array<Door, 3> doors = doors_of(socket, end.address);
            pending_.push_back({end.id, true, {doors.begin(), doors.end()}});
        }
    }
    /// Tells it to the ends that wait: of TCP the listener's side is known, so it is that one's peer, if that
    /// was seen.
    void resolve(std::map<EndId, End> &ends) const {
        for (const Pending &one : pending_) {
            const EndId peer = one.is_peer ? ends.at(one.end).peer : 0;
            auto end = ends.find(peer ? peer : one.end);
            for (const Door &door : one.doors)
                if (auto listener = listeners_.find(door);
                    end != ends.end() && listener != listeners_.end()) {
                    end->second.pending_on = listener->second;
                    break; // the most exact one
                }
        }
    }

  private:
    struct Pending {
        EndId end;
        bool is_peer;
        std::vector<Door> doors;
    };
    std::map<Door, EndId> listeners_;
    std::vector<Pending> pending_;
};

} // namespace

Channels connect(std::vector<Socket> sockets, const std::set<std::string> &local) {
    Channels channels;
    std::map<Tuple, EndId> by_tuple;
    Queues queues;
    for (Socket &socket : sockets) {
        if (socket.listening) {
            channels.listeners.push_back(listener_of(socket));
            queues.add_listener(socket, channels.listeners.back());
            continue;
        }
        name_end(socket, local);
        if (is_tcp(socket))
            pair_tcp(by_tuple, socket.netns, socket.end, channels.ends);
        queues.add_end(socket);
        const EndId id = socket.end.id;
        channels.ends[id] = std::move(socket.end);
    }
    for (auto &[id, end] : channels.ends)
        if (!channels.ends.contains(end.peer))
            end.peer = 0;
    queues.resolve(channels.ends);
    return channels;
}

} // namespace unwedge::facts
