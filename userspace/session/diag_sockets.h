// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "facts/sockets.h"
#include "netlink/sockets.h"
#include "util/clock.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace unwedge::session {

/// A socket as sock_diag tells it.
struct DiagSocket {
    facts::Socket socket;
    std::optional<std::uint64_t> position; ///< TCP: of its reader in the stream
};

/// Gives a socket, by its cookie, the id that its end has.
using GiveId = std::function<facts::EndId(std::uint64_t cookie)>;

/// What sock_diag told, at `now` (CLOCK_MONOTONIC), of the network namespace of inode `netns`. What takes two
/// looks to tell is left open: Socket::end's unread_since, closed_since, last_receive.
std::vector<DiagSocket> tcp_sockets(const std::vector<netlink::TcpSocket> &told, std::uint64_t netns,
                                    Nanos now, const GiveId &give_id);
std::vector<DiagSocket> unix_sockets(const std::vector<netlink::UnixSocket> &told, const GiveId &give_id);

} // namespace unwedge::session
