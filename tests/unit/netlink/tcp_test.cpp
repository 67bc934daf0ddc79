// SPDX-License-Identifier: GPL-2.0-only
#include "support/live_sockets.h"

#include <algorithm>

namespace unwedge::netlink {
namespace {

using std::chrono::milliseconds;

/// What sock_diag knows of how much was consumed.
std::uint64_t consumed(const TcpSocket &socket) {
    return socket.info.value_or(TcpInfo{}).bytes_received - socket.receive_queue;
}

std::array<std::uint8_t, 16> address(std::initializer_list<std::uint8_t> bytes) {
    std::array<std::uint8_t, 16> all{};
    std::copy(bytes.begin(), bytes.end(), all.begin());
    return all;
}

/// Sends until the peer, which does not read, and the own buffer take no more; how many bytes.
std::uint64_t fill(const Fd &socket) {
    const std::array<char, 4096> bytes{};
    std::uint64_t sent = 0;
    for (ssize_t got = 0; got >= 0;) {
        got = ::send(socket.get(), bytes.data(), bytes.size(), MSG_DONTWAIT);
        sent += got > 0 ? static_cast<std::uint64_t>(got) : 0;
    }
    return sent;
}

TEST(Tcp, TellsWhoIsConnectedToWhom) {
    TcpListener listener;
    const Pair pair = listener.pair();
    const TcpSocket client = look_at_tcp(pair.a);
    const TcpSocket server = look_at_tcp(pair.b);
    EXPECT_EQ(client.state, state_established);
    EXPECT_EQ(client.family, AF_INET);
    EXPECT_EQ(client.local_address, address({127, 0, 0, 1}));
    EXPECT_EQ(client.remote_address, address({127, 0, 0, 1}));
    EXPECT_EQ(client.remote_port, listener.port());
    EXPECT_EQ(server.local_port, listener.port());
    EXPECT_EQ(server.remote_port, client.local_port);
    EXPECT_NE(server.cookie, client.cookie);
    EXPECT_EQ(look_at_tcp(pair.a).cookie, client.cookie);
}

TEST(Tcp, UnreadAndConsumedAddUpToReceived) {
    TcpListener listener;
    const Pair pair = listener.pair();
    send_text(pair.a, "eleven byte");
    const TcpSocket unread = when_unread(pair.b, 11);
    ASSERT_TRUE(unread.info);
    EXPECT_EQ(unread.info->bytes_received, 11U);
    EXPECT_EQ(consumed(unread), 0U);

    ASSERT_EQ(receive(pair.b, 4), 4U);
    const TcpSocket partly = look_at_tcp(pair.b);
    EXPECT_EQ(partly.receive_queue, 7U);
    EXPECT_EQ(consumed(partly), 4U);

    const TcpSocket sender = when_tcp(pair.a, [](const TcpSocket &seen) { return seen.send_queue == 0; });
    ASSERT_TRUE(sender.info);
    EXPECT_EQ(sender.info->bytes_sent, 11U);
    EXPECT_EQ(sender.info->bytes_received, 0U);
}

TEST(Tcp, FinWaitsInTheQueueAndCountsAsReceived) {
    TcpListener listener;
    const Pair pair = listener.pair();
    require(::shutdown(pair.a.get(), SHUT_WR) == 0);
    const TcpSocket pending = when_unread(pair.b, 1);
    EXPECT_EQ(pending.state, state_close_wait);
    EXPECT_EQ(pending.info->bytes_received, 1U);
    EXPECT_EQ(receive(pair.b, 9), 0U);
    const TcpSocket taken = look_at_tcp(pair.b);
    EXPECT_EQ(taken.receive_queue, 0U);
    EXPECT_EQ(consumed(taken), 1U);
    const TcpSocket closer =
        when_tcp(pair.a, [](const TcpSocket &seen) { return seen.state == state_fin_wait2; });
    EXPECT_EQ(closer.info->bytes_sent, 0U);
}

/// The FIN is merged with the payload before it, so that the last byte of that takes it along: an empty queue
/// does not tell that the end-of-file was seen.
TEST(Tcp, FinBehindPayloadGoesWithItsLastByte) {
    TcpListener listener;
    const Pair pair = listener.pair();
    send_text(pair.a, "hello");
    when_unread(pair.b, 5);
    require(::shutdown(pair.a.get(), SHUT_WR) == 0);
    const TcpSocket both = when_unread(pair.b, 6);
    EXPECT_EQ(both.state, state_close_wait);
    EXPECT_EQ(both.info->bytes_received, 6U);
    ASSERT_EQ(receive(pair.b, 4), 4U);
    EXPECT_EQ(look_at_tcp(pair.b).receive_queue, 2U);
    ASSERT_EQ(receive(pair.b, 1), 1U);
    const TcpSocket last = look_at_tcp(pair.b);
    EXPECT_EQ(last.receive_queue, 0U);
    EXPECT_EQ(consumed(last), 6U);
    EXPECT_EQ(receive(pair.b, 1), 0U);
    EXPECT_EQ(consumed(look_at_tcp(pair.b)), 6U) << "reading end-of-file shows nowhere";
}

TEST(Tcp, UnsentIsWhatThePeerDidNotTake) {
    TcpListener listener;
    const Pair pair = listener.pair();
    const std::uint64_t sent = fill(pair.a);
    // Retransmits and window probes go on, but an acknowledged byte is at one of the two ends only.
    for (int attempt = 0;; ++attempt) {
        const TcpSocket receiver = look_at_tcp(pair.b);
        const TcpSocket sender = look_at_tcp(pair.a);
        EXPECT_GT(sender.send_queue, 0U);
        if (receiver.receive_queue + std::uint64_t{sender.send_queue} == sent)
            break;
        ASSERT_LT(attempt, 1000) << receiver.receive_queue << " + " << sender.send_queue << " != " << sent;
        std::this_thread::sleep_for(milliseconds(5));
    }
}

TEST(Tcp, AConnectionThatWaitsToBeAcceptedIsNobodys) {
    TcpListener listener;
    const Fd client = listener.connect();
    send_text(client, "early");
    const TcpSocket queue = when_unread(listener.socket, 1);
    EXPECT_EQ(queue.state, state_listen);
    EXPECT_EQ(queue.send_queue, 7U) << "the limit that listen(2) was given";
    EXPECT_FALSE(queue.info);

    const std::uint16_t client_port = look_at_tcp(client).local_port;
    const auto sockets = open_diag().dump_tcp();
    ASSERT_TRUE(sockets);
    const auto embryo = std::find_if(sockets->begin(), sockets->end(), [&](const TcpSocket &socket) {
        return socket.local_port == listener.port() && socket.remote_port == client_port;
    });
    ASSERT_NE(embryo, sockets->end());
    EXPECT_EQ(embryo->inode, 0U);
    EXPECT_EQ(embryo->state, state_established);
    const std::uint64_t cookie = embryo->cookie;

    const Fd accepted = listener.accept();
    EXPECT_EQ(look_at_tcp(accepted).cookie, cookie);
    EXPECT_EQ(when_unread(accepted, 5).info->bytes_received, 5U);
    EXPECT_EQ(look_at_tcp(listener.socket).receive_queue, 0U);
}

TEST(Tcp, TimesAreSinceTheLastPayload) {
    TcpListener listener;
    const Pair pair = listener.pair();
    std::this_thread::sleep_for(milliseconds(200)); // what is told is how long nothing happened
    const TcpSocket quiet = look_at_tcp(pair.b);
    EXPECT_GE(quiet.info->since_last_data_received, milliseconds(150)) << "since the connection began";
    EXPECT_LT(quiet.info->since_last_data_received, std::chrono::minutes(1));
    send_text(pair.a, "x");
    const TcpSocket receiver = when_unread(pair.b, 1);
    EXPECT_LT(receiver.info->since_last_data_received, quiet.info->since_last_data_received);
    EXPECT_GE(receiver.info->since_last_data_sent, milliseconds(150));
}

TEST(Tcp, SpeaksIpv6) {
    TcpListener listener(AF_INET6);
    if (!listener.ok)
        GTEST_SKIP() << "this host has no IPv6 loopback";
    const Pair pair = listener.pair();
    send_text(pair.a, "six");
    const TcpSocket server = when_unread(pair.b, 3);
    EXPECT_EQ(server.family, AF_INET6);
    EXPECT_EQ(server.local_address, address({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}));
    EXPECT_EQ(server.local_port, listener.port());
    EXPECT_EQ(server.remote_port, look_at_tcp(pair.a).local_port);
    EXPECT_EQ(server.info->bytes_received, 3U);
}

TEST(Tcp, AnIpv4PeerOfAnIpv6SocketIsMapped) {
    const Fd socket(::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
    TcpListener listener;
    sockaddr_in6 mapped{.sin6_family = AF_INET6, .sin6_port = htons(listener.port())};
    const auto loopback = address({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127, 0, 0, 1});
    std::copy(loopback.begin(), loopback.end(), std::begin(mapped.sin6_addr.s6_addr));
    if (!socket || ::connect(socket.get(), reinterpret_cast<sockaddr *>(&mapped), sizeof(mapped)))
        GTEST_SKIP() << "this host has no IPv6";
    const TcpSocket client = look_at_tcp(socket);
    EXPECT_EQ(client.family, AF_INET6);
    EXPECT_EQ(client.remote_address, loopback);
    const TcpSocket server = look_at_tcp(listener.accept());
    EXPECT_EQ(server.family, AF_INET);
    EXPECT_EQ(server.remote_address, address({127, 0, 0, 1}));
}

TEST(Tcp, WhatNoProcessHoldsHasNoInode) {
    TcpListener listener;
    Pair pair = listener.pair();
    const std::uint64_t cookie = look_at_tcp(pair.a).cookie;
    fill(pair.a);
    pair.a = Fd(); // the kernel keeps it until the peer has taken all
    const auto sockets = open_diag().dump_tcp();
    ASSERT_TRUE(sockets);
    const auto left = std::find_if(sockets->begin(), sockets->end(),
                                   [&](const TcpSocket &socket) { return socket.cookie == cookie; });
    ASSERT_NE(left, sockets->end());
    EXPECT_EQ(left->inode, 0U);
    EXPECT_EQ(left->state, state_fin_wait1);
    EXPECT_GT(left->send_queue, 0U);
}

} // namespace
} // namespace unwedge::netlink
