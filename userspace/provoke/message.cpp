// SPDX-License-Identifier: GPL-2.0-only
#include "provoke/message.h"

#include <sys/socket.h>
#include <sys/uio.h>

#include <cerrno>
#include <cstring>
#include <type_traits>

namespace unwedge::provoke {
namespace {

static_assert(std::is_trivially_copyable_v<Message>);

/// Room for one descriptor beside a message.
struct Attached {
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> bytes{};
};

} // namespace

int send(const Fd &socket, const Message &message, int pidfd) {
    Message sent = message;
    iovec bytes{&sent, sizeof(sent)};
    Attached attached;
    msghdr header{};
    header.msg_iov = &bytes;
    header.msg_iovlen = 1;
    if (pidfd >= 0) {
        header.msg_control = attached.bytes.data();
        header.msg_controllen = attached.bytes.size();
        cmsghdr *control = CMSG_FIRSTHDR(&header);
        control->cmsg_level = SOL_SOCKET;
        control->cmsg_type = SCM_RIGHTS;
        control->cmsg_len = CMSG_LEN(sizeof(int));
        std::memcpy(CMSG_DATA(control), &pidfd, sizeof(pidfd));
    }
    return ::sendmsg(socket.get(), &header, MSG_NOSIGNAL | MSG_DONTWAIT) < 0 ? errno : 0;
}

Received receive(const Fd &socket) {
    Received received;
    iovec bytes{&received.message, sizeof(received.message)};
    Attached attached;
    msghdr header{};
    header.msg_iov = &bytes;
    header.msg_iovlen = 1;
    header.msg_control = attached.bytes.data();
    header.msg_controllen = attached.bytes.size();
    const ssize_t got = ::recvmsg(socket.get(), &header, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        received.outcome = Received::Outcome::nothing_yet;
    if (got != static_cast<ssize_t>(sizeof(received.message)))
        return received;
    received.outcome = Received::Outcome::message;
    if (const cmsghdr *control = CMSG_FIRSTHDR(&header);
        control && control->cmsg_level == SOL_SOCKET && control->cmsg_type == SCM_RIGHTS) {
        int fd = -1;
        std::memcpy(&fd, CMSG_DATA(control), sizeof(fd));
        received.pidfd = Fd(fd);
    }
    return received;
}

} // namespace unwedge::provoke
