// SPDX-License-Identifier: GPL-2.0-only
#include "netlink/parse.h"

#include <algorithm>
#include <cstring>
#include <type_traits>

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>
#include <linux/unix_diag.h>
#include <sys/socket.h>

namespace unwedge::netlink {

namespace {

using Bytes = std::span<const std::byte>;

/// The object at the front of `bytes`; nullopt if they are fewer.
template <typename T>
std::optional<T> front(Bytes bytes) {
    static_assert(std::is_trivially_copyable_v<T>);
    if (bytes.size() < sizeof(T))
        return std::nullopt;
    T object;
    std::memcpy(&object, bytes.data(), sizeof(T));
    return object;
}

/// What follows the header of a message about a socket; empty if it is none, or longer than it can be.
Bytes payload(Bytes message) {
    const auto header = front<nlmsghdr>(message);
    if (!header || header->nlmsg_type != SOCK_DIAG_BY_FAMILY || header->nlmsg_len < MNL_NLMSG_HDRLEN ||
        header->nlmsg_len > message.size())
        return {};
    return message.first(header->nlmsg_len).subspan(MNL_NLMSG_HDRLEN);
}

/// Calls `take`(type, payload) for each attribute, up to the first that is longer than what is left.
template <typename Take>
void for_each_attribute(Bytes attributes, Take take) {
    const auto *const end = attributes.data() + attributes.size();
    const auto *attribute = reinterpret_cast<const nlattr *>(attributes.data());
    const auto left = [&] { return static_cast<int>(end - reinterpret_cast<const std::byte *>(attribute)); };
    for (; mnl_attr_ok(attribute, left()); attribute = mnl_attr_next(attribute))
        take(mnl_attr_get_type(attribute),
             Bytes(static_cast<const std::byte *>(mnl_attr_get_payload(attribute)),
                   mnl_attr_get_payload_len(attribute)));
}

std::uint64_t join_cookie(const std::uint32_t (&halves)[2]) {
    return halves[0] | std::uint64_t{halves[1]} << 32;
}

/// All or nothing: kernels before 4.19, whose struct ends before tcpi_bytes_sent, are not worth an optional
/// around each number.
std::optional<TcpInfo> read_info(Bytes bytes) {
    tcp_info info{};
    if (bytes.size() < offsetof(tcp_info, tcpi_bytes_sent) + sizeof(info.tcpi_bytes_sent))
        return std::nullopt;
    std::memcpy(&info, bytes.data(), std::min(bytes.size(), sizeof(info)));
    return TcpInfo{.bytes_received = info.tcpi_bytes_received,
                   .bytes_sent = info.tcpi_bytes_sent,
                   .since_last_data_received = std::chrono::milliseconds(info.tcpi_last_data_recv),
                   .since_last_data_sent = std::chrono::milliseconds(info.tcpi_last_data_sent)};
}

/// A path comes with the NUL that ends it, an abstract name is all its bytes.
std::string read_name(Bytes bytes) {
    std::string name(reinterpret_cast<const char *>(bytes.data()), bytes.size());
    if (!name.starts_with('\0'))
        name.resize(std::min(name.find('\0'), name.size()));
    return name;
}

std::vector<std::uint32_t> read_inodes(Bytes bytes) {
    std::vector<std::uint32_t> inodes(bytes.size() / sizeof(std::uint32_t));
    if (!inodes.empty())
        std::memcpy(inodes.data(), bytes.data(), inodes.size() * sizeof(std::uint32_t));
    return inodes;
}

void read_attribute(UnixSocket &socket, std::uint16_t type, Bytes bytes) {
    switch (type) {
    case UNIX_DIAG_NAME: socket.name = read_name(bytes); break;
    case UNIX_DIAG_PEER: socket.peer_inode = front<std::uint32_t>(bytes).value_or(socket.peer_inode); break;
    case UNIX_DIAG_ICONS: socket.pending = read_inodes(bytes); break;
    case UNIX_DIAG_SHUTDOWN: socket.shutdown = front<std::uint8_t>(bytes).value_or(socket.shutdown); break;
    case UNIX_DIAG_RQLEN:
        if (const auto queues = front<unix_diag_rqlen>(bytes)) {
            socket.receive_queue = queues->udiag_rqueue;
            socket.send_queue = queues->udiag_wqueue;
        }
        break;
    default: break;
    }
}

} // namespace

std::optional<TcpSocket> parse_tcp(std::span<const std::byte> message) {
    const Bytes body = payload(message);
    const auto told = front<inet_diag_msg>(body);
    if (!told || (told->idiag_family != AF_INET && told->idiag_family != AF_INET6))
        return std::nullopt;
    TcpSocket socket{.cookie = join_cookie(told->id.idiag_cookie),
                     .inode = told->idiag_inode,
                     .state = told->idiag_state,
                     .family = told->idiag_family,
                     .local_port = ntohs(told->id.idiag_sport),
                     .remote_port = ntohs(told->id.idiag_dport),
                     .receive_queue = told->idiag_rqueue,
                     .send_queue = told->idiag_wqueue};
    // Kernels before 4.2 leave what an IPv4 address does not fill as it was.
    const std::size_t address_size = told->idiag_family == AF_INET ? 4 : 16;
    std::memcpy(socket.local_address.data(), &told->id.idiag_src, address_size);
    std::memcpy(socket.remote_address.data(), &told->id.idiag_dst, address_size);
    // A listener has a tcp_info, too, of zeros.
    if (socket.state != state_listen)
        for_each_attribute(body.subspan(NLMSG_ALIGN(sizeof(inet_diag_msg))),
                           [&](std::uint16_t type, Bytes bytes) {
                               if (type == INET_DIAG_INFO)
                                   if (const auto info = read_info(bytes))
                                       socket.info = info;
                           });
    return socket;
}

std::optional<UnixSocket> parse_unix(std::span<const std::byte> message) {
    const Bytes body = payload(message);
    const auto told = front<unix_diag_msg>(body);
    if (!told || told->udiag_family != AF_UNIX)
        return std::nullopt;
    UnixSocket socket{.cookie = join_cookie(told->udiag_cookie),
                      .inode = told->udiag_ino,
                      .type = told->udiag_type,
                      .state = told->udiag_state};
    for_each_attribute(body.subspan(NLMSG_ALIGN(sizeof(unix_diag_msg))),
                       [&](std::uint16_t type, Bytes bytes) { read_attribute(socket, type, bytes); });
    return socket;
}

void clear_inherited_inodes(std::vector<TcpSocket> &sockets) {
    std::vector<std::uint64_t> listeners;
    for (const TcpSocket &socket : sockets)
        if (socket.state == state_listen)
            listeners.push_back(socket.inode);
    std::sort(listeners.begin(), listeners.end());
    for (TcpSocket &socket : sockets)
        if (socket.state != state_listen &&
            std::binary_search(listeners.begin(), listeners.end(), socket.inode))
            socket.inode = 0;
}

} // namespace unwedge::netlink
