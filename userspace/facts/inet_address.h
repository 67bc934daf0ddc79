// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace unwedge::facts {

/// Where a TCP socket is bound or connected to.
struct InetAddress {
    bool is_v6 = false;
    std::array<std::uint8_t, 16> bytes{}; ///< network order; IPv4: the first four
    std::uint16_t port = 0;
};

/// Without the port; an IPv4 address that IPv6 maps is told as that one.
std::string ip_text(const InetAddress &address);

/// "127.0.0.1:4000", "[::1]:4000".
std::string ip_port(std::string_view ip, std::uint16_t port);

bool is_loopback(std::string_view ip);

} // namespace unwedge::facts
