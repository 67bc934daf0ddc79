// SPDX-License-Identifier: GPL-2.0-only
#include "expect/address.h"

#include "expect/glob.h"
#include "facts/inet_address.h"
#include "util/printable.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <array>
#include <charconv>

namespace unwedge::expect {
namespace {

using Kind = facts::SocketAddress::Kind;

constexpr std::string_view udp_prefix = "udp:";
constexpr std::string_view localhost = "localhost";

Error bad_address(std::string_view text, std::string_view why) {
    return {fmt::format("'{}' is no address: {}", printable(text), why)};
}

/// As facts tell them, so that they can be compared.
std::optional<std::string> normal_ip(const std::string &text) {
    facts::InetAddress address{.is_v6 = text.find(':') != std::string::npos, .bytes = {}, .port = 0};
    if (::inet_pton(address.is_v6 ? AF_INET6 : AF_INET, text.c_str(), address.bytes.data()) != 1)
        return std::nullopt;
    return facts::ip_text(address);
}

struct HostPort {
    std::string_view host;
    std::string_view port;
};

std::optional<HostPort> split(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos)
        return std::nullopt;
    std::string_view host = text.substr(0, colon);
    const bool bracketed = host.starts_with('[') && host.ends_with(']') && host.size() > 2;
    if (!bracketed && host.find(':') != std::string_view::npos)
        return std::nullopt;
    if (bracketed)
        host = host.substr(1, host.size() - 2);
    return HostPort{host, text.substr(colon + 1)};
}

std::optional<std::uint16_t> port_number(std::string_view text) {
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    const bool whole = error == std::errc() && end == text.data() + text.size();
    return whole && port > 0 ? std::optional(port) : std::nullopt;
}

bool is_any(std::string_view text) {
    return text.empty() || text == "*";
}

Result<Address> parse_host_port(std::string_view text, Kind kind) {
    const std::optional<HostPort> parts = split(text);
    if (!parts)
        return bad_address(text,
                           "HOST:PORT, :PORT, outside, or a UNIX socket's path is one; IPv6 in brackets");
    Address address{.kind = kind};
    if (!is_any(parts->port)) {
        address.port = port_number(parts->port);
        if (!address.port)
            return bad_address(text, "a port is a number from 1 to 65535, or *");
    }
    if (parts->host == localhost) {
        address.ip = localhost;
    } else if (!is_any(parts->host)) {
        address.ip = normal_ip(std::string(parts->host));
        if (!address.ip)
            return bad_address(text, "a host is told by its number, or is localhost");
    }
    if (!address.ip && !address.port)
        return bad_address(text, "it has neither host nor port");
    return address;
}

bool is_unspecified(std::string_view ip) {
    return ip == "0.0.0.0" || ip == "::";
}

bool is_v6(std::string_view ip) {
    return ip.find(':') != std::string_view::npos;
}

bool port_fits(const Address &wanted, const facts::SocketAddress &address) {
    return !wanted.port || *wanted.port == address.port;
}

bool host_fits(const Address &wanted, std::string_view ip) {
    if (!wanted.ip)
        return true;
    return *wanted.ip == localhost ? facts::is_loopback(ip) : *wanted.ip == ip;
}

/// [::] takes IPv4, too, unless its owner wants otherwise, which is not known.
bool takes_all_of(std::string_view listener, std::string_view wanted) {
    return listener == "::" || (listener == "0.0.0.0" && !is_v6(wanted));
}

} // namespace

Result<Address> parse_address(std::string_view text) {
    if (text.starts_with('/') || text.starts_with('@') || text.starts_with("./"))
        return Address{.kind = Kind::unix_socket, .path = std::string(text)};
    Kind kind = Kind::tcp;
    if (text.starts_with(udp_prefix)) {
        kind = Kind::udp;
        text.remove_prefix(udp_prefix.size());
    }
    if (text == "outside")
        return Address{.kind = kind, .outside = true};
    return parse_host_port(text, kind);
}

bool is_connected_to(const Address &wanted, const facts::SocketAddress &to,
                     const std::set<std::string> &local) {
    if (wanted.kind != to.kind)
        return false;
    if (to.kind == Kind::unix_socket)
        return matches_glob(wanted.path, to.path);
    if (wanted.outside)
        return !facts::is_loopback(to.ip) && !is_unspecified(to.ip) && !local.contains(to.ip);
    return host_fits(wanted, to.ip) && port_fits(wanted, to);
}

bool is_reached_at(const Address &wanted, const facts::SocketAddress &on) {
    if (wanted.kind != on.kind)
        return false;
    if (on.kind == Kind::unix_socket)
        return matches_glob(wanted.path, on.path);
    if (wanted.outside)
        return !facts::is_loopback(on.ip);
    const bool everywhere = is_unspecified(on.ip) && wanted.ip &&
                            takes_all_of(on.ip, *wanted.ip == localhost ? "127.0.0.1" : *wanted.ip);
    return (everywhere || host_fits(wanted, on.ip)) && port_fits(wanted, on);
}

std::string text_of(const facts::SocketAddress &address) {
    if (address.kind == Kind::unix_socket)
        return address.path.empty() ? "an unnamed UNIX socket" : printable(address.path);
    return fmt::format("{}{}", address.kind == Kind::udp ? "UDP " : "",
                       facts::ip_port(address.ip, address.port));
}

facts::SocketAddress address_of_listener(std::string_view text) {
    const std::optional<HostPort> parts = split(text);
    const std::optional<std::uint16_t> port = parts ? port_number(parts->port) : std::nullopt;
    const std::optional<std::string> ip = port ? normal_ip(std::string(parts->host)) : std::nullopt;
    if (!ip)
        return {.kind = Kind::unix_socket, .ip = "", .port = 0, .path = std::string(text)};
    return {.kind = Kind::tcp, .ip = *ip, .port = *port, .path = ""};
}

} // namespace unwedge::expect
