// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "facts/inet_address.h"
#include "facts/model.h"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace unwedge::facts {

/// A socket as a source saw it, before it is known what it is connected with.
struct Socket {
    End end;                  ///< without addresses; of TCP without the peer, too
    bool listening = false;   ///< then of `end` only id, kind and unread_since count
    std::uint32_t queued = 0; ///< connections that wait to be accepted, and how many may
    std::uint32_t limit = 0;
    /// It lies in its listener's queue; or its peer does, which is all that is known of one of a UNIX socket.
    bool waits_for_accept = false;
    bool peer_waits_for_accept = false;
    std::uint64_t netns = 0; ///< TCP: inode of its network namespace
    InetAddress local;       ///< TCP
    InetAddress remote;
    std::string name; ///< UNIX: as bound, a leading NUL for an abstract name; untrusted bytes
    std::string peer_name;
};

struct Channels {
    std::map<EndId, End> ends;
    std::vector<Listener> listeners;
};

/// Finds out which of them belong together: TCP by its addresses, connections that wait to be accepted by
/// what their listener is bound to. `local`: addresses of this host beside the loopback ones, as text.
Channels connect(std::vector<Socket> sockets, const std::set<std::string> &local);

} // namespace unwedge::facts
