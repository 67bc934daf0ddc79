// SPDX-License-Identifier: GPL-2.0-only
#include "facts/inet_address.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <sys/socket.h>

namespace unwedge::facts {

std::string ip_text(const InetAddress &address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    ::inet_ntop(address.is_v6 ? AF_INET6 : AF_INET, address.bytes.data(), text.data(), text.size());
    std::string_view plain = text.data();
    constexpr std::string_view mapped = "::ffff:";
    if (plain.starts_with(mapped) && plain.find('.') != std::string_view::npos)
        plain.remove_prefix(mapped.size());
    return std::string(plain);
}

std::string ip_port(std::string_view ip, std::uint16_t port) {
    return ip.find(':') == std::string_view::npos ? fmt::format("{}:{}", ip, port)
                                                  : fmt::format("[{}]:{}", ip, port);
}

bool is_loopback(std::string_view ip) {
    return ip.starts_with("127.") || ip == "::1";
}

} // namespace unwedge::facts
