// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "netlink/sockets.h"

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

// Messages are untrusted bytes, aligned to 4 as the kernel's are. Attributes that are unknown or too short
// to be what they say count as absent, longer ones are of a newer kernel.
namespace unwedge::netlink {

/// One message of type SOCK_DIAG_BY_FAMILY that answers an inet_diag_req_v2; nullopt if it is none.
std::optional<TcpSocket> parse_tcp(std::span<const std::byte> message);

/// One message of type SOCK_DIAG_BY_FAMILY that answers a unix_diag_req; nullopt if it is none.
std::optional<UnixSocket> parse_unix(std::span<const std::byte> message);

/// Takes the inode from all that tell a listener's. Kernels with 5d6b58c932ec ("net: lockless sock_i_ino()",
/// 2025-09) and without its fix 87ebb628a5ac let connections that are not accepted yet inherit it, as if the
/// listener's process held them and did not read.
void clear_inherited_inodes(std::vector<TcpSocket> &sockets);

} // namespace unwedge::netlink
