// SPDX-License-Identifier: GPL-2.0-only
#include "netlink/dump.h"

#include <cerrno>
#include <cstring>

#include <libmnl/libmnl.h>
#include <linux/sock_diag.h>

namespace unwedge::netlink {

namespace {

/// netlink_dump() makes its pieces as long as the longest read so far, but not above 32 KiB; with libmnl's
/// usual 8 KiB a dump takes four times as many system calls.
constexpr std::size_t buffer_size = 65536;

/// The errno in a message that ends a dump, which the kernel negates; 0: all went well. A module that is
/// missing is told by an NLMSG_ERROR, a handler that fails once the dump runs by NLMSG_DONE.
int ending_code(const nlmsghdr &message) {
    int code = 0; // what nlmsgerr begins with, and all that NLMSG_DONE carries
    if (mnl_nlmsg_get_payload_len(&message) >= sizeof(code))
        std::memcpy(&code, mnl_nlmsg_get_payload(&message), sizeof(code));
    return code < 0 ? -code : 0;
}

Error answer_error(int code) {
    return errno_error("asking the kernel for its sockets", code);
}

} // namespace

void DiagLink::Close::operator()(mnl_socket *socket) const {
    ::mnl_socket_close(socket);
}

DiagLink::DiagLink(mnl_socket *socket)
    : socket_(socket), buffer_(std::make_unique_for_overwrite<std::byte[]>(buffer_size)) {}

Result<DiagLink> DiagLink::open() {
    // Non-blocking: the kernel writes the next piece of a dump while the one before is read, so there is
    // nothing to wait for; and should that once not hold, what looks for hangs must not hang itself.
    mnl_socket *socket = ::mnl_socket_open2(NETLINK_SOCK_DIAG, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (!socket)
        return errno_error("opening a sock_diag socket", errno);
    DiagLink link(socket);
    if (::mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID))
        return errno_error("binding a sock_diag socket", errno);
    return link;
}

/// Reads what a dump that failed midway has left: until its end is read the kernel begins no other (EBUSY).
void DiagLink::drain() {
    while (::mnl_socket_recvfrom(socket_.get(), buffer_.get(), buffer_size) > 0) {
    }
}

Result<void> DiagLink::send(std::span<const std::byte> request) {
    nlmsghdr *const question = ::mnl_nlmsg_put_header(buffer_.get());
    question->nlmsg_type = SOCK_DIAG_BY_FAMILY;
    question->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    question->nlmsg_seq = ++sequence_;
    std::memcpy(::mnl_nlmsg_put_extra_header(question, request.size()), request.data(), request.size());
    if (::mnl_socket_sendto(socket_.get(), question, question->nlmsg_len) < 0)
        return answer_error(errno);
    return {};
}

/// Of an earlier dump, or of somebody else.
bool DiagLink::is_of_another(const nlmsghdr *message) const {
    return !::mnl_nlmsg_seq_ok(message, sequence_) ||
           !::mnl_nlmsg_portid_ok(message, ::mnl_socket_get_portid(socket_.get()));
}

Result<bool> DiagLink::dump(std::span<const std::byte> request, const Take &take) {
    drain();
    if (const auto sent = send(request); !sent)
        return sent.error();
    bool consistent = true;
    for (;;) {
        const ssize_t got = ::mnl_socket_recvfrom(socket_.get(), buffer_.get(), buffer_size);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return answer_error(errno);
        int left = static_cast<int>(got);
        for (const auto *message = reinterpret_cast<const nlmsghdr *>(buffer_.get());
             ::mnl_nlmsg_ok(message, left); message = ::mnl_nlmsg_next(message, &left)) {
            if (is_of_another(message))
                continue;
            consistent = consistent && (message->nlmsg_flags & NLM_F_DUMP_INTR) == 0;
            if (message->nlmsg_type == NLMSG_DONE || message->nlmsg_type == NLMSG_ERROR) {
                if (const int code = ending_code(*message))
                    return answer_error(code);
                return consistent;
            }
            if (!take({reinterpret_cast<const std::byte *>(message), message->nlmsg_len}))
                return answer_error(EPROTO);
        }
    }
}

} // namespace unwedge::netlink
