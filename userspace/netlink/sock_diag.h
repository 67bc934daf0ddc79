// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "netlink/dump.h"
#include "netlink/sockets.h"
#include "util/fd.h"
#include "util/result.h"

#include <utility>
#include <vector>

namespace unwedge::netlink {

/// The sockets of one network namespace, whoever holds them, as sock_diag(7) tells them; needs no privilege.
///
/// A dump is no snapshot: the kernel tells some hundred sockets at a time and goes on where it had counted to
/// (net/unix/diag.c, net/ipv4/inet_diag.c). What is opened or closed meanwhile can shift the count, so that
/// another socket is missed, or told twice with the same cookie.
///
/// Code ENOENT: this kernel was built without what tells of these sockets, or can't load it; the message
/// names it.
class SockDiag {
  public:
    /// For the network namespace of the calling thread.
    static Result<SockDiag> open();

    /// For another one, by a descriptor of /proc/PID/ns/net; the caller stays in its own. Code EPERM without
    /// CAP_SYS_ADMIN, both in the user namespace of the caller and in that which owns the other.
    static Result<SockDiag> open_in(const Fd &netns);

    /// TCP over IPv4 and IPv6: all connections but those in TIME_WAIT, which nobody holds, and in SYN_RECV,
    /// which have no socket yet; all listeners.
    Result<std::vector<TcpSocket>> dump_tcp();

    /// UNIX sockets of every type and state that a process holds.
    Result<std::vector<UnixSocket>> dump_unix();

  private:
    explicit SockDiag(DiagLink link) : link_(std::move(link)) {}

    Result<void> add_pending(std::vector<UnixSocket> &sockets);

    DiagLink link_;
};

} // namespace unwedge::netlink
