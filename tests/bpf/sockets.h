// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <array>
#include <cstdlib>
#include <netinet/in.h>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>

namespace unwedge::test {

/// Both ends of a channel in one process. What fails ends the actor, which fails the test.
struct Pair {
    int a = -1;
    int b = -1;
};

inline void require(bool done) {
    if (!done)
        ::_exit(99);
}

inline Pair unix_pair(int type = SOCK_STREAM) {
    std::array<int, 2> fds{};
    require(::socketpair(AF_UNIX, type, 0, fds.data()) == 0);
    return {fds[0], fds[1]};
}

/// `b` is what accept(2) returned.
inline Pair tcp_pair() {
    const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto *generic = reinterpret_cast<sockaddr *>(&address);
    socklen_t length = sizeof(address);
    require(::bind(listener, generic, length) == 0 && ::listen(listener, 1) == 0);
    require(::getsockname(listener, generic, &length) == 0);
    Pair pair{::socket(AF_INET, SOCK_STREAM, 0), -1};
    require(::connect(pair.a, generic, length) == 0);
    pair.b = ::accept(listener, nullptr, nullptr);
    ::close(listener);
    require(pair.b >= 0);
    return pair;
}

inline void send_bytes(int fd, std::string_view bytes) {
    require(::send(fd, bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size()));
}

inline void receive_bytes(int fd, std::size_t count, int flags = 0) {
    std::array<char, 4096> buffer{};
    require(::recv(fd, buffer.data(), count, flags) == static_cast<ssize_t>(count));
}

} // namespace unwedge::test
