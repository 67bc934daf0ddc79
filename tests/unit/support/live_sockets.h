// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "netlink/sock_diag.h"
#include "util/fd.h"

#include <array>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <thread>
#include <utility>

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace unwedge::netlink {

/// What can't fail where tests may run; ends the test program if it does.
inline void require(bool done) {
    if (!done)
        std::abort();
}

/// A socket of the kernel's, and its number in "socket:[N]".
inline std::uint64_t inode_of(const Fd &socket) {
    struct stat status {};
    require(::fstat(socket.get(), &status) == 0);
    return status.st_ino;
}

struct Pair {
    Fd a;
    Fd b;
};

inline Pair unix_pair(int type) {
    std::array<int, 2> fds{};
    require(::socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, fds.data()) == 0);
    return {Fd(fds[0]), Fd(fds[1])};
}

/// A listener on a free port of the loopback, and its address.
struct TcpListener {
    explicit TcpListener(int wanted = AF_INET)
        : socket(::socket(wanted, SOCK_STREAM | SOCK_CLOEXEC, 0)), family(wanted) {
        sockaddr_in v4{.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
        sockaddr_in6 v6{.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
        auto *wish =
            family == AF_INET ? reinterpret_cast<sockaddr *>(&v4) : reinterpret_cast<sockaddr *>(&v6);
        ok = ::bind(socket.get(), wish, family == AF_INET ? sizeof(v4) : sizeof(v6)) == 0 &&
             ::listen(socket.get(), 7) == 0 && ::getsockname(socket.get(), generic(), &length) == 0;
    }

    Fd connect() {
        Fd client(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0));
        require(::connect(client.get(), generic(), length) == 0);
        return client;
    }
    Fd accept() { return Fd(::accept4(socket.get(), nullptr, nullptr, SOCK_CLOEXEC)); }
    Pair pair() {
        Fd client = connect();
        return {std::move(client), accept()};
    }
    sockaddr *generic() { return reinterpret_cast<sockaddr *>(&address); }
    std::uint16_t port() const { return ntohs(reinterpret_cast<const sockaddr_in *>(&address)->sin_port); }

    Fd socket;
    int family;
    bool ok = false; ///< false: this host has no such loopback
    sockaddr_storage address{};
    socklen_t length = sizeof(address);
};

inline void send_text(const Fd &socket, std::string_view text) {
    require(::send(socket.get(), text.data(), text.size(), MSG_NOSIGNAL) ==
            static_cast<ssize_t>(text.size()));
}

/// Reads up to `count` bytes; how many it got.
inline std::size_t receive(const Fd &socket, std::size_t count) {
    std::array<char, 64> buffer{};
    const ssize_t got = ::recv(socket.get(), buffer.data(), std::min(count, buffer.size()), 0);
    require(got >= 0);
    return static_cast<std::size_t>(got);
}

inline SockDiag open_diag() {
    auto diag = SockDiag::open();
    if (!diag)
        ADD_FAILURE() << diag.error().message;
    return *std::move(diag);
}

/// The one socket of that inode; nullptr if there is none, or more.
template <typename Sockets>
const typename Sockets::value_type *find_inode(const Sockets &sockets, std::uint64_t inode) {
    const typename Sockets::value_type *found = nullptr;
    for (const auto &socket : sockets) {
        if (socket.inode != inode)
            continue;
        if (found)
            return nullptr;
        found = &socket;
    }
    return found;
}

/// As it stands among those that the kernel told; one of inode 0 if it does not.
template <typename Socket>
Socket find_socket(const Result<std::vector<Socket>> &told, const Fd &socket) {
    require(bool(told));
    const Socket *found = find_inode(*told, inode_of(socket));
    EXPECT_NE(found, nullptr);
    return found ? *found : Socket{};
}

/// As the kernel tells it now.
inline TcpSocket look_at_tcp(const Fd &socket) {
    return find_socket(open_diag().dump_tcp(), socket);
}
inline UnixSocket look_at_unix(const Fd &socket) {
    return find_socket(open_diag().dump_unix(), socket);
}

/// Looks until `is_so`, for at most ten seconds: what one end of a TCP connection does reaches the other by a
/// softirq, which may be late.
template <typename IsSo>
TcpSocket when_tcp(const Fd &socket, IsSo is_so) {
    TcpSocket seen;
    for (int attempt = 0; attempt < 2000; ++attempt) {
        seen = look_at_tcp(socket);
        if (is_so(seen))
            return seen;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    ADD_FAILURE() << "did not come to pass in ten seconds";
    return seen;
}

inline TcpSocket when_unread(const Fd &socket, std::uint32_t bytes) {
    return when_tcp(socket, [bytes](const TcpSocket &seen) { return seen.receive_queue == bytes; });
}

} // namespace unwedge::netlink
