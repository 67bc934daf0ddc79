// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "util/result.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>

struct mnl_socket;
struct nlmsghdr;

namespace unwedge::netlink {

/// A NETLINK_SOCK_DIAG socket. It belongs to the network namespace in which its opener was, and asks about
/// that one from wherever it is used.
class DiagLink {
  public:
    static Result<DiagLink> open();

    /// Takes one message, header included; false: it is not what was asked for.
    using Take = std::function<bool(std::span<const std::byte>)>;

    /// Sends `request` (unix_diag_req, …), without header, as a SOCK_DIAG_BY_FAMILY dump, and calls `take`
    /// for each message of the answer. False if the kernel says that what it walked changed meanwhile. Never
    /// blocks. Code ENOENT: the kernel has nobody who knows that family or protocol; EPROTO: the answer makes
    /// no sense.
    Result<bool> dump(std::span<const std::byte> request, const Take &take);

  private:
    struct Close {
        void operator()(mnl_socket *socket) const;
    };

    explicit DiagLink(mnl_socket *socket);
    void drain();
    Result<void> send(std::span<const std::byte> request);
    bool is_of_another(const nlmsghdr *message) const;

    std::unique_ptr<mnl_socket, Close> socket_;
    std::unique_ptr<std::byte[]> buffer_;
    std::uint32_t sequence_ = 0;
};

} // namespace unwedge::netlink
