// SPDX-License-Identifier: GPL-2.0-only
#include "session/diag_sockets.h"

#include <gtest/gtest.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace unwedge::session {
namespace {

using namespace std::chrono_literals;

constexpr Nanos now = 1000s;

facts::EndId same(std::uint64_t cookie) {
    return cookie;
}

DiagSocket seen(const netlink::TcpSocket &told) {
    return tcp_sockets({told}, 1, now, same).front();
}

netlink::TcpSocket connection() {
    return {.cookie = 5, .inode = 99, .state = TCP_ESTABLISHED, .family = AF_INET};
}

TEST(TcpSockets, TellTheReadersPosition) {
    netlink::TcpSocket told = connection();
    told.receive_queue = 40;
    told.info = {.bytes_received = 100, .since_last_data_received = 3s};
    const DiagSocket socket = seen(told);
    EXPECT_EQ(socket.position, 60U);
    EXPECT_EQ(socket.socket.end.unread, 40U);
    EXPECT_EQ(socket.socket.end.ever_received, true);
    EXPECT_EQ(socket.socket.end.last_arrival, now - 3s);
}

TEST(TcpSockets, AnEndOfFileIsNoByte) {
    netlink::TcpSocket told = connection();
    told.state = TCP_CLOSE_WAIT;
    told.receive_queue = 1;
    told.info = {.bytes_received = 1};
    const facts::End waiting = seen(told).socket.end;
    EXPECT_TRUE(waiting.peer_closed);
    EXPECT_EQ(waiting.unread, 0U);
    EXPECT_EQ(waiting.eof_read, false);
    EXPECT_EQ(waiting.ever_received, false);
    EXPECT_FALSE(waiting.last_arrival);
    told.receive_queue = 0;
    const facts::End taken = seen(told).socket.end;
    EXPECT_EQ(taken.eof_read, true);
    EXPECT_EQ(taken.ever_received, false);
}

TEST(TcpSockets, TellWhoSpokeLast) {
    netlink::TcpSocket told = connection();
    const auto spoke_last = [&](netlink::TcpInfo info) {
        told.info = info;
        return facts::spoke_last(seen(told).socket.end);
    };
    EXPECT_EQ(spoke_last({.bytes_received = 9,
                          .bytes_sent = 9,
                          .since_last_data_received = 2s,
                          .since_last_data_sent = 1s}),
              true);
    EXPECT_EQ(spoke_last({.bytes_received = 9,
                          .bytes_sent = 9,
                          .since_last_data_received = 1s,
                          .since_last_data_sent = 2s}),
              false);
    EXPECT_EQ(spoke_last({.bytes_received = 9, .since_last_data_sent = 1ms}), false) << "never sent";
    EXPECT_EQ(spoke_last({.bytes_sent = 9, .since_last_data_received = 1ms}), true) << "never heard";
    EXPECT_FALSE(spoke_last(
        {.bytes_received = 9, .bytes_sent = 9, .since_last_data_received = 1s, .since_last_data_sent = 1s}));
}

TEST(TcpSockets, WithoutInfoThePositionIsUnknown) {
    netlink::TcpSocket told = connection();
    told.receive_queue = 40;
    EXPECT_FALSE(seen(told).position);
    EXPECT_FALSE(seen(told).socket.end.ever_received);
    told.info = {.bytes_received = 39};
    EXPECT_FALSE(seen(told).position) << "of another moment";
}

TEST(TcpSockets, WhatNobodyHoldsWaitsForAccept) {
    netlink::TcpSocket told = connection();
    EXPECT_FALSE(seen(told).socket.waits_for_accept);
    told.inode = 0;
    EXPECT_TRUE(seen(told).socket.waits_for_accept);
    told.state = TCP_FIN_WAIT2; // it was closed
    EXPECT_FALSE(seen(told).socket.waits_for_accept);
}

TEST(TcpSockets, AListenerHasAQueueOfConnections) {
    netlink::TcpSocket told = connection();
    told.state = TCP_LISTEN;
    told.receive_queue = 3;
    told.send_queue = 128;
    const facts::Socket listener = seen(told).socket;
    EXPECT_TRUE(listener.listening);
    EXPECT_EQ(listener.queued, 3U);
    EXPECT_EQ(listener.limit, 128U);
}

netlink::UnixSocket unix_socket(std::uint64_t cookie, std::uint32_t inode, std::uint32_t peer) {
    return {.cookie = cookie,
            .inode = inode,
            .type = SOCK_STREAM,
            .state = TCP_ESTABLISHED,
            .name = {},
            .peer_inode = peer};
}

TEST(UnixSockets, ArePairedByInode) {
    const auto pair = unix_sockets({unix_socket(1, 11, 12), unix_socket(2, 12, 11)}, same);
    EXPECT_EQ(pair[0].socket.end.peer, 2U);
    EXPECT_EQ(pair[1].socket.end.peer, 1U);
    EXPECT_FALSE(pair[0].position);
}

TEST(UnixSockets, ThoseWhosePeerIsGoneHaveAnEndOfFile) {
    netlink::UnixSocket told = unix_socket(1, 11, 0);
    EXPECT_FALSE(unix_sockets({told}, same).front().socket.end.peer_closed) << "not accepted yet";
    told.shutdown = 3;
    const facts::End end = unix_sockets({told}, same).front().socket.end;
    EXPECT_TRUE(end.peer_closed);
    EXPECT_FALSE(end.eof_read);
}

TEST(UnixSockets, ClientsWaitOnTheListenerThatHasThemInItsQueue) {
    netlink::UnixSocket listener = unix_socket(1, 11, 0);
    listener.state = TCP_LISTEN;
    listener.name = "/run/x";
    listener.pending = {13, 0, 99};
    const auto all = unix_sockets({listener, unix_socket(2, 12, 0), unix_socket(3, 13, 0)}, same);
    EXPECT_EQ(all[1].socket.end.pending_on, 0U);
    EXPECT_EQ(all[2].socket.end.pending_on, 1U);
    EXPECT_EQ(all[2].socket.peer_name, "/run/x");
}

} // namespace
} // namespace unwedge::session
