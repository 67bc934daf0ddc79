// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "util/clock.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// What sock_diag(7) tells of sockets, without interpretation. All is what one socket was like when the kernel
// came to it: the sockets of a dump, and the two ends of a connection, are not of one moment.
namespace unwedge::netlink {

/// The kernel's states (include/net/tcp_states.h), which UNIX sockets have, too. The TCP_… of <netinet/tcp.h>
/// are the same, but that header can't stand beside <linux/tcp.h>, which has all of struct tcp_info.
enum State : std::uint8_t {
    state_established = 1,
    state_syn_sent = 2,
    state_fin_wait1 = 4,
    state_fin_wait2 = 5,
    state_close = 7,
    state_close_wait = 8,
    state_last_ack = 9,
    state_listen = 10,
    state_closing = 11
};

/// What TCP itself keeps of a connection (struct tcp_info, tcp_get_info() in net/ipv4/tcp.c).
struct TcpInfo {
    /// How far rcv_nxt has advanced (tcp_rcv_nxt_update()): payload, and one for the peer's FIN.
    /// Minus TcpSocket::receive_queue it is what was consumed, or more: tcp_diag_get_info() reads the queue
    /// first and without the socket's lock, so what arrives in between looks consumed. A difference that is
    /// lower at a later look shows that the earlier one was too high.
    std::uint64_t bytes_received = 0;
    std::uint64_t bytes_sent = 0; ///< payload; what is retransmitted counts again
    /// Since the last segment with payload, or the begin of the connection; a FIN alone is none. Precise to a
    /// jiffy.
    Nanos since_last_data_received{};
    Nanos since_last_data_sent{}; ///< the same; means nothing in SYN_SENT
};

struct TcpSocket {
    /// Tells it from every other of its network namespace, past ones included; before Linux 5.3 another
    /// namespace may use the same.
    std::uint64_t cookie = 0;
    std::uint64_t inode = 0; ///< as in "socket:[N]"; 0: no process holds it: not accepted yet, or closed
    std::uint8_t state = 0;  ///< state_established, …
    std::uint8_t family = 0; ///< AF_INET, AF_INET6
    /// In network order, of IPv4 the first four bytes. An AF_INET6 socket whose peer speaks IPv4 tells
    /// ::ffff:a.b.c.d, where that peer, if it is an AF_INET one, tells a.b.c.d.
    std::array<std::uint8_t, 16> local_address{};
    std::array<std::uint8_t, 16> remote_address{};
    std::uint16_t local_port = 0; ///< in host order
    std::uint16_t remote_port = 0;
    /// Bytes that were not consumed (rcv_nxt - copied_seq). The peer's FIN counts as one until it is taken:
    /// by the read that returns 0 if it came to an empty queue; if there was unread payload before it,
    /// usually already by the read of the last byte of that (tcp_try_coalesce() merges the two), so 0 in
    /// CLOSE_WAIT does not tell that the end-of-file was seen. LISTEN: connections that wait to be accepted.
    std::uint32_t receive_queue = 0;
    /// Bytes that the peer has not acknowledged, the FIN of this end included; LISTEN: the limit.
    std::uint32_t send_queue = 0;
    /// Not of LISTEN, of FIN_WAIT2 that nobody holds any more, nor of kernels before 4.19.
    std::optional<TcpInfo> info;
};

struct UnixSocket {
    std::uint64_t cookie = 0; ///< as TcpSocket's
    std::uint32_t inode = 0;  ///< as in "socket:[N]"; never 0: those that nobody holds are not told
    std::uint8_t type = 0;    ///< SOCK_STREAM, SOCK_SEQPACKET, SOCK_DGRAM
    /// state_established, state_listen, state_close (unconnected). A datagram socket is established, too,
    /// once another has connected to it (unix_dgram_connect() sets both).
    std::uint8_t state = 0;
    /// As bound, untrusted bytes: a path; an abstract name, which begins with NUL and may be "\0" alone; "":
    /// unnamed. What accept(2) returns has its listener's name.
    std::string name;
    /// 0: has none, or nobody holds it: not accepted yet (`shutdown` 0), or closed (`shutdown` 3; of datagram
    /// sockets as it was). That of a datagram socket is where it sends to; many may have the same.
    std::uint32_t peer_inode = 0;
    /// Unread bytes; of datagram sockets those of the first message alone, so 0 is also a queue that begins
    /// with an empty one (unix_inq_len()). LISTEN: connections that wait to be accepted.
    std::uint32_t receive_queue = 0;
    /// Memory charged for what it sent and others have not read (several hundred bytes for one byte); LISTEN:
    /// the limit.
    std::uint32_t send_queue = 0;
    std::uint8_t shutdown = 0; ///< RCV_SHUTDOWN 1 | SEND_SHUTDOWN 2
    /// LISTEN: the clients' sockets that wait to be accepted, the one that is accepted next first; 0: it was
    /// closed meanwhile. Empty although `receive_queue` is not 0: unknown, because this queue or another of
    /// the dump is longer than the some 8,000 inodes that the kernel can tell.
    std::vector<std::uint32_t> pending;
};

} // namespace unwedge::netlink
