// SPDX-License-Identifier: GPL-2.0-only
#include "netlink/parse.h"

#include "harness.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <span>

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>
#include <linux/unix_diag.h>
#include <sys/socket.h>

namespace unwedge::fuzz {
namespace {

using netlink::TcpInfo;
using netlink::TcpSocket;
using netlink::UnixSocket;
using Bytes = std::span<const std::byte>;

/// A shorter one is of a kernel before 4.19.
constexpr std::size_t info_size = offsetof(tcp_info, tcpi_bytes_sent) + sizeof(tcp_info::tcpi_bytes_sent);

/// The object at the front, of zeros as far as there are no bytes.
template <typename T>
T front(Bytes bytes) {
    T object{};
    if (!bytes.empty())
        std::memcpy(&object, bytes.data(), std::min(bytes.size(), sizeof(T)));
    return object;
}

/// Of each type the last attribute that has the length `least` tells, if it tells one. Written anew on
/// purpose: the parsers' walk is under test.
std::map<int, Bytes> attributes_of(Bytes rest, const std::map<int, std::size_t> &least) {
    std::map<int, Bytes> attributes;
    while (rest.size() >= sizeof(nlattr)) {
        const auto head = front<nlattr>(rest);
        if (head.nla_len < sizeof(nlattr) || head.nla_len > rest.size())
            break;
        const int type = head.nla_type & NLA_TYPE_MASK;
        const Bytes payload = rest.first(head.nla_len).subspan(sizeof(nlattr));
        if (const auto found = least.find(type); found == least.end() || payload.size() >= found->second)
            attributes[type] = payload;
        rest = rest.subspan(std::min<std::size_t>(NLA_ALIGN(head.nla_len), rest.size()));
    }
    return attributes;
}

/// What follows the header of a message about a socket, if its length is the message's own.
Bytes body_of(Bytes message) {
    const auto header = front<nlmsghdr>(message);
    const bool is_one = message.size() >= sizeof(nlmsghdr) && header.nlmsg_len == message.size() &&
                        header.nlmsg_type == SOCK_DIAG_BY_FAMILY;
    return is_one ? message.subspan(sizeof(nlmsghdr)) : Bytes{};
}

std::uint64_t joined(const __u32 (&cookie)[2]) {
    return cookie[0] + (std::uint64_t{cookie[1]} << 32);
}

void check_address(const std::array<std::uint8_t, 16> &address, const __be32 (&told)[4], std::size_t size) {
    const Bytes bytes = std::as_bytes(std::span(address));
    require(std::ranges::equal(bytes.first(size), std::as_bytes(std::span(told)).first(size)),
            "an address is as told");
    require(std::ranges::count(address.begin() + static_cast<std::ptrdiff_t>(size), address.end(), 0) ==
                static_cast<std::ptrdiff_t>(address.size() - size),
            "nothing stands behind an IPv4 address");
}

void check_info(const TcpInfo &info, Bytes bytes) {
    const auto told = front<tcp_info>(bytes);
    require(info.bytes_received == told.tcpi_bytes_received && info.bytes_sent == told.tcpi_bytes_sent,
            "bytes are as told");
    require(info.since_last_data_received == Nanos(std::int64_t{told.tcpi_last_data_recv} * 1'000'000) &&
                info.since_last_data_sent == Nanos(std::int64_t{told.tcpi_last_data_sent} * 1'000'000),
            "times are milliseconds, and none is negative");
}

void check_tcp(const std::optional<TcpSocket> &socket, Bytes body) {
    const auto told = front<inet_diag_msg>(body);
    const bool is_one =
        body.size() >= sizeof(told) && (told.idiag_family == AF_INET || told.idiag_family == AF_INET6);
    require(socket.has_value() == is_one, "a TCP socket is what is whole and says so");
    if (!socket)
        return;
    require(socket->cookie == joined(told.id.idiag_cookie) && socket->inode == told.idiag_inode &&
                socket->state == told.idiag_state && socket->family == told.idiag_family &&
                socket->receive_queue == told.idiag_rqueue && socket->send_queue == told.idiag_wqueue,
            "a TCP socket is as told");
    require(htons(socket->local_port) == told.id.idiag_sport &&
                htons(socket->remote_port) == told.id.idiag_dport,
            "ports are of host order");
    const std::size_t address_size = socket->family == AF_INET ? 4 : 16;
    check_address(socket->local_address, told.id.idiag_src, address_size);
    check_address(socket->remote_address, told.id.idiag_dst, address_size);
    const auto attributes = attributes_of(body.subspan(sizeof(told)), {{INET_DIAG_INFO, info_size}});
    const auto info = attributes.find(INET_DIAG_INFO);
    require(socket->info.has_value() == (info != attributes.end() && socket->state != netlink::state_listen),
            "all but a listener have the info that is long enough");
    if (socket->info)
        check_info(*socket->info, info->second);
}

void check_name(const std::string &name, Bytes told) {
    const Bytes bytes = std::as_bytes(std::span(name));
    require(bytes.size() <= told.size() && std::ranges::equal(bytes, told.first(bytes.size())),
            "a name is as told");
    if (!told.empty() && told.front() == std::byte{0}) {
        require(bytes.size() == told.size(), "an abstract name is all bytes");
        return;
    }
    require(name.find('\0') == std::string::npos, "a NUL ends a path");
    require(bytes.size() == told.size() || told[bytes.size()] == std::byte{0}, "only a NUL ends a path");
}

void check_unix(const std::optional<UnixSocket> &socket, Bytes body) {
    const auto told = front<unix_diag_msg>(body);
    const bool is_one = body.size() >= sizeof(told) && told.udiag_family == AF_UNIX;
    require(socket.has_value() == is_one, "a UNIX socket is what is whole and says so");
    if (!socket)
        return;
    require(socket->cookie == joined(told.udiag_cookie) && socket->inode == told.udiag_ino &&
                socket->type == told.udiag_type && socket->state == told.udiag_state,
            "a UNIX socket is as told");
    auto attributes = attributes_of(
        body.subspan(sizeof(told)),
        {{UNIX_DIAG_PEER, 4}, {UNIX_DIAG_RQLEN, sizeof(unix_diag_rqlen)}, {UNIX_DIAG_SHUTDOWN, 1}});
    require(socket->peer_inode == front<std::uint32_t>(attributes[UNIX_DIAG_PEER]), "a peer is as told");
    require(socket->shutdown == front<std::uint8_t>(attributes[UNIX_DIAG_SHUTDOWN]), "a shutdown is as told");
    const auto queues = front<unix_diag_rqlen>(attributes[UNIX_DIAG_RQLEN]);
    require(socket->receive_queue == queues.udiag_rqueue && socket->send_queue == queues.udiag_wqueue,
            "queues are as told");
    check_name(socket->name, attributes[UNIX_DIAG_NAME]);
    const Bytes pending = attributes[UNIX_DIAG_ICONS];
    require(
        std::ranges::equal(std::as_bytes(std::span(socket->pending)), pending.first(pending.size() / 4 * 4)),
        "those that wait are as told, and half a number is none");
}

/// Checks the message at the front of `dump`; returns the TCP socket that it tells.
std::optional<TcpSocket> check_message(Bytes message, Bytes dump) {
    // In memory of exactly its size: AddressSanitizer sees each byte too far.
    const std::vector<std::byte> exact(message.begin(), message.end());
    const Bytes body = body_of(message);
    for (const Bytes bytes : {Bytes(exact), dump}) { // what follows a message changes nothing
        check_tcp(netlink::parse_tcp(bytes), body);
        check_unix(netlink::parse_unix(bytes), body);
    }
    if (!body.empty())
        for (std::size_t size = 0; size < message.size(); ++size)
            require(!netlink::parse_tcp(message.first(size)) && !netlink::parse_unix(message.first(size)),
                    "a message that is cut off is none");
    return netlink::parse_tcp(exact);
}

void check_inodes(const std::vector<TcpSocket> &told) {
    const auto is_listeners = [&](std::uint64_t inode) {
        return std::ranges::any_of(told, [inode](const TcpSocket &one) {
            return one.state == netlink::state_listen && one.inode == inode;
        });
    };
    std::vector<TcpSocket> cleared = told;
    netlink::clear_inherited_inodes(cleared);
    require(cleared.size() == told.size(), "each socket stays");
    for (std::size_t i = 0; i < told.size(); ++i) {
        const bool is_heir = told[i].state != netlink::state_listen && is_listeners(told[i].inode);
        require(cleared[i].cookie == told[i].cookie, "each socket stays where it is");
        require(cleared[i].inode == (is_heir ? 0 : told[i].inode), "a listener's inode is the listener's");
    }
}

/// The length of the message at the front: what its header says, or all that there is.
std::size_t message_size(Bytes dump) {
    const std::size_t told = front<nlmsghdr>(dump).nlmsg_len;
    return told < sizeof(nlmsghdr) || told > dump.size() ? dump.size() : told;
}

void check(std::string_view input) {
    std::vector<TcpSocket> sockets;
    Bytes dump = std::as_bytes(std::span(input));
    do {
        const std::size_t size = message_size(dump);
        if (const auto socket = check_message(dump.first(size), dump))
            sockets.push_back(*socket);
        dump = dump.subspan(std::min<std::size_t>(NLMSG_ALIGN(size), dump.size()));
    } while (!dump.empty());
    check_inodes(sockets);
}

template <typename T>
void add(std::string &text, const T &object) {
    text.append(reinterpret_cast<const char *>(&object), sizeof(object));
}

/// A UNIX socket with `count` attributes of the type, each with a payload of `size` bytes.
std::string unix_message(std::uint16_t type, std::size_t count, std::size_t size) {
    const std::size_t attribute_size = sizeof(nlattr) + size;
    std::string text;
    add(text, nlmsghdr{.nlmsg_len = static_cast<__u32>(sizeof(nlmsghdr) + sizeof(unix_diag_msg) +
                                                       count * NLA_ALIGN(attribute_size)),
                       .nlmsg_type = SOCK_DIAG_BY_FAMILY});
    add(text, unix_diag_msg{.udiag_family = AF_UNIX, .udiag_type = SOCK_STREAM});
    for (; count > 0; --count) {
        add(text, nlattr{.nla_len = static_cast<__u16>(attribute_size), .nla_type = type});
        text.append(NLA_ALIGN(size), 'a');
    }
    return text;
}

std::vector<std::string> oversized() {
    constexpr std::size_t longest = 65535 - sizeof(nlattr);
    return {unix_message(UNIX_DIAG_NAME, 1, longest), unix_message(UNIX_DIAG_ICONS, 1, longest),
            unix_message(UNIX_DIAG_ICONS, 4, longest), unix_message(UNIX_DIAG_PEER, 100'000, 0)};
}

const Registered registered({.name = "netlink", .check = check, .oversized = oversized});

} // namespace
} // namespace unwedge::fuzz
