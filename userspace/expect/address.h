// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "facts/call.h"
#include "util/result.h"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace unwedge::expect {

/// Where somebody may connect to or listen: "HOST:PORT", ":PORT", "outside", with "udp:" before it of UDP,
/// or the path of a UNIX socket.
struct Address {
    facts::SocketAddress::Kind kind = facts::SocketAddress::Kind::tcp;
    bool outside = false;              ///< any IP address that is not of this host
    std::optional<std::string> ip;     ///< nullopt: any; "localhost": any of loopback
    std::optional<std::uint16_t> port; ///< nullopt: any
    std::string path;                  ///< UNIX: a pattern with * and ?
};

/// A host is told by its number, or is "localhost": nobody is asked for names.
Result<Address> parse_address(std::string_view text);

/// Is `to` one of those that `wanted` means? `local`: the addresses of this host, as text.
bool is_connected_to(const Address &wanted, const facts::SocketAddress &to,
                     const std::set<std::string> &local);

/// Does who connects to an address that `wanted` means reach a listener on `on`? One on 0.0.0.0 or [::] is
/// reached by all, and from outside.
bool is_reached_at(const Address &wanted, const facts::SocketAddress &on);

/// "127.0.0.1:80", "UDP 127.0.0.1:53", "/run/x.sock".
std::string text_of(const facts::SocketAddress &address);

/// "127.0.0.1:80" or a UNIX socket's name, as reports tell where a listener is.
facts::SocketAddress address_of_listener(std::string_view text);

} // namespace unwedge::expect
