// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "facts/ids.h"
#include "facts/writing.h"
#include "util/clock.h"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

namespace unwedge::facts {

/// What a socket is bound or to be connected to.
struct SocketAddress {
    enum class Kind { tcp, udp, unix_socket };

    Kind kind = Kind::tcp;
    std::string ip;         ///< "127.0.0.1", "::1"; TCP and UDP
    std::uint16_t port = 0; ///< the same
    std::string path;       ///< UNIX: "/run/x.sock", "@abstract", "" for an unnamed one; untrusted bytes
};

/// An actor connects a socket, or tries to.
struct Connecting {
    Nanos at{};
    Pid pid = 0;
    EndId end = 0; ///< TCP: whether it gets through, a Connected of this one tells
    SocketAddress to;
    int error = 0; ///< errno that it failed with; 0: it succeeded, or (TCP) has begun
};

/// A TCP socket of the tree was answered by the other side.
struct Connected {
    Nanos at{};
    EndId end = 0;
};

/// An actor lets others connect to a socket.
struct Listening {
    Nanos at{};
    Pid pid = 0;
    SocketAddress on;
};

/// An actor made a socket.
struct SocketMade {
    Nanos at{};
    Pid pid = 0;
    int family = 0;    ///< AF_*
    bool pair = false; ///< two that are connected: socketpair(2)
};

/// What actors do with sockets, told only where it was asked for. No event of a tree's life, so none of a
/// recording.
using Call = std::variant<Connecting, Connected, Listening, SocketMade>;

/// What of these is to be told.
struct CallsWanted {
    bool tcp = false;                   ///< TCP that connects or listens; who does neither pays nothing
    bool connects = false;              ///< UNIX and UDP sockets that connect,
    bool listens = false;               ///< UNIX sockets that listen,
    bool sockets = false;               ///< sockets that are made: each taxes all system calls of the host
    std::optional<WritesWanted> writes; ///< how lines are written, and so does this; nullopt: it is not asked

    bool any_by_syscall() const { return connects || listens || sockets; }
};

} // namespace unwedge::facts
