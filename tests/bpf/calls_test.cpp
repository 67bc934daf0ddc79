// SPDX-License-Identifier: GPL-2.0-only
#include "sockets.h"
#include "stage.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string>

namespace unwedge::test {
namespace {

using Kind = facts::SocketAddress::Kind;

class Calls : public Stage {
  protected:
    kernel::Settings settings() const override {
        kernel::Settings settings = Stage::settings();
        settings.calls = {.tcp = true, .connects = true, .listens = true, .sockets = true};
        return settings;
    }

    /// What one step of an actor tells.
    std::vector<facts::Call> told_of(const std::function<void()> &step) {
        Actor actor(step);
        actor.start();
        adopt(actor);
        actor.step();
        return calls();
    }
};

class TcpCallsOnly : public Stage {
  protected:
    kernel::Settings settings() const override {
        kernel::Settings settings = Stage::settings();
        settings.calls = {.tcp = true};
        return settings;
    }
};

using NoCalls = Stage;

sockaddr_in loopback(in_port_t port) {
    return {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}, .sin_zero = {}};
}

template <typename Address>
int connect_to(int socket, const Address &address, socklen_t length = sizeof(Address)) {
    return ::connect(socket, reinterpret_cast<const sockaddr *>(&address), length);
}

sockaddr_un unix_address(const std::string &name) {
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
    std::memcpy(static_cast<char *>(address.sun_path), name.data(), name.size());
    return address;
}

constexpr socklen_t length_of(std::size_t name) {
    return static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name);
}

/// A listener on a port of loopback that is free.
struct Listener {
    int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    in_port_t port = 0;

    Listener() {
        sockaddr_in address = loopback(0);
        socklen_t length = sizeof(address);
        require(::bind(socket, reinterpret_cast<const sockaddr *>(&address), length) == 0);
        require(::listen(socket, 1) == 0);
        require(::getsockname(socket, reinterpret_cast<sockaddr *>(&address), &length) == 0);
        port = ntohs(address.sin_port);
    }
    Listener(const Listener &) = delete;
    Listener &operator=(const Listener &) = delete;
    ~Listener() { ::close(socket); }
};

TEST_F(Calls, ATcpConnectionIsToldWithItsAnswer) {
    const Listener listener;
    const auto told = told_of([port = listener.port] {
        require(connect_to(::socket(AF_INET, SOCK_STREAM, 0), loopback(port)) == 0);
    });
    const auto tries = only<facts::Connecting>(told);
    ASSERT_EQ(tries.size(), 1U) << "by the state of the socket, and not by the system call again";
    EXPECT_EQ(tries.front().pid, actors().front());
    EXPECT_EQ(tries.front().to.kind, Kind::tcp);
    EXPECT_EQ(tries.front().to.ip, "127.0.0.1");
    EXPECT_EQ(tries.front().to.port, listener.port);
    EXPECT_EQ(tries.front().error, 0);
    const auto answers = only<facts::Connected>(told);
    ASSERT_EQ(answers.size(), 1U);
    EXPECT_EQ(answers.front().end, tries.front().end);
    EXPECT_NE(answers.front().end, 0U);
}

TEST_F(Calls, ARefusedTcpConnectionHasNoAnswer) {
    in_port_t port = 0;
    {
        const Listener gone;
        port = gone.port;
    }
    const auto told =
        told_of([port] { require(connect_to(::socket(AF_INET, SOCK_STREAM, 0), loopback(port)) < 0); });
    EXPECT_EQ(only<facts::Connecting>(told).size(), 1U);
    EXPECT_TRUE(only<facts::Connected>(told).empty());
}

TEST_F(Calls, TcpOverIpv6IsTold) {
    const auto told = told_of([] {
        sockaddr_in6 address{};
        address.sin6_family = AF_INET6;
        address.sin6_addr = in6addr_loopback;
        address.sin6_port = htons(9);
        const int socket = ::socket(AF_INET6, SOCK_STREAM | SOCK_NONBLOCK, 0);
        connect_to(socket, address);
    });
    const auto tries = only<facts::Connecting>(told);
    if (tries.empty())
        GTEST_SKIP() << "this host has no IPv6";
    EXPECT_EQ(tries.front().to.ip, "::1");
    EXPECT_EQ(tries.front().to.port, 9);
}

TEST_F(Calls, AListenerIsToldWithItsAddress) {
    const auto told = told_of([] {
        const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
        const sockaddr_in any{.sin_family = AF_INET, .sin_port = 0, .sin_addr = {}, .sin_zero = {}};
        require(::bind(socket, reinterpret_cast<const sockaddr *>(&any), sizeof(any)) == 0);
        require(::listen(socket, 1) == 0);
    });
    const auto listening = only<facts::Listening>(told);
    ASSERT_EQ(listening.size(), 1U);
    EXPECT_EQ(listening.front().pid, actors().front());
    EXPECT_EQ(listening.front().on.kind, Kind::tcp);
    EXPECT_EQ(listening.front().on.ip, "0.0.0.0");
    EXPECT_NE(listening.front().on.port, 0);
}

TEST_F(Calls, UdpConnectsAreTold) {
    const auto told =
        told_of([] { require(connect_to(::socket(AF_INET, SOCK_DGRAM, 0), loopback(53)) == 0); });
    const auto tries = only<facts::Connecting>(told);
    ASSERT_EQ(tries.size(), 1U);
    EXPECT_EQ(tries.front().to.kind, Kind::udp);
    EXPECT_EQ(tries.front().to.ip, "127.0.0.1");
    EXPECT_EQ(tries.front().to.port, 53);
}

TEST_F(Calls, UnixListenersAndConnectsAreToldByName) {
    const std::string name = '\0' + std::string("unwedge-calls-") + std::to_string(::getpid());
    const auto told = told_of([&name] {
        const int listener = ::socket(AF_UNIX, SOCK_STREAM, 0);
        const sockaddr_un address = unix_address(name);
        require(::bind(listener, reinterpret_cast<const sockaddr *>(&address), length_of(name.size())) == 0);
        require(::listen(listener, 1) == 0);
        require(connect_to(::socket(AF_UNIX, SOCK_STREAM, 0), address, length_of(name.size())) == 0);
    });
    const std::string shown = "@" + name.substr(1);
    const auto listening = only<facts::Listening>(told);
    ASSERT_EQ(listening.size(), 1U);
    EXPECT_EQ(listening.front().on.kind, Kind::unix_socket);
    EXPECT_EQ(listening.front().on.path, shown);
    const auto tries = only<facts::Connecting>(told);
    ASSERT_EQ(tries.size(), 1U);
    EXPECT_EQ(tries.front().to.path, shown);
    EXPECT_EQ(tries.front().error, 0);
}

TEST_F(Calls, AUnixConnectThatFailsIsToldWithWhy) {
    const auto told = told_of([] {
        const sockaddr_un address = unix_address("/nowhere/unwedge.sock");
        require(connect_to(::socket(AF_UNIX, SOCK_STREAM, 0), address) < 0);
    });
    const auto tries = only<facts::Connecting>(told);
    ASSERT_EQ(tries.size(), 1U);
    EXPECT_EQ(tries.front().to.path, "/nowhere/unwedge.sock");
    EXPECT_EQ(tries.front().error, ENOENT);
}

TEST_F(Calls, SocketsAndPairsAreToldOnceMade) {
    const auto told = told_of([] {
        std::array<int, 2> pair{};
        require(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair.data()) == 0);
        require(::socket(AF_INET6, SOCK_DGRAM, 0) >= 0 || errno == EAFNOSUPPORT);
        require(::socket(12345, SOCK_STREAM, 0) < 0);
    });
    const auto made = only<facts::SocketMade>(told);
    ASSERT_FALSE(made.empty());
    EXPECT_EQ(made.front().family, AF_UNIX);
    EXPECT_TRUE(made.front().pair);
    EXPECT_TRUE(std::ranges::none_of(made, [](const auto &one) { return one.family == 12345; }));
}

TEST_F(Calls, StrangersAreNotTold) {
    Actor stranger([] {
        ::socket(AF_INET, SOCK_STREAM, 0);
        connect_to(::socket(AF_INET, SOCK_DGRAM, 0), loopback(53));
        connect_to(::socket(AF_INET, SOCK_STREAM, 0), loopback(9));
    });
    stranger.start();
    stranger.step();
    EXPECT_TRUE(calls().empty());
    EXPECT_TRUE(tracer().losses().empty());
}

TEST_F(TcpCallsOnly, WhatWasNotAskedForIsNotTold) {
    Actor actor([] {
        connect_to(::socket(AF_INET, SOCK_DGRAM, 0), loopback(53));
        connect_to(::socket(AF_INET, SOCK_STREAM, 0), loopback(9));
    });
    actor.start();
    adopt(actor);
    actor.step();
    const auto told = calls();
    ASSERT_EQ(told.size(), only<facts::Connecting>(told).size() + only<facts::Connected>(told).size());
    for (const facts::Connecting &one : only<facts::Connecting>(told))
        EXPECT_EQ(one.to.kind, Kind::tcp);
    EXPECT_FALSE(told.empty());
}

TEST_F(NoCalls, NothingIsToldUnlessAskedFor) {
    Actor actor([] { connect_to(::socket(AF_INET, SOCK_STREAM, 0), loopback(9)); });
    actor.start();
    adopt(actor);
    actor.step();
    EXPECT_TRUE(calls().empty());
}

} // namespace
} // namespace unwedge::test
