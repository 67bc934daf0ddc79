// SPDX-License-Identifier: GPL-2.0-only
#include "session/earlier_sockets.h"

#include "support/live_sockets.h"
#include "util/clock.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstring>

namespace unwedge::session {
namespace {

using netlink::inode_of;
using netlink::require;

constexpr facts::EndId client_id = 1;

/// A client and a server's socket of one connection over the loopback; `accepted` is none until it is.
class EarlierSocketsTest : public testing::Test {
  protected:
    void SetUp() override {
        if (!listener_.ok || !client_)
            GTEST_SKIP() << "no TCP over the loopback here";
    }

    /// What a trace knows of the client that has seen none of its messages.
    std::vector<facts::Socket> traced() const {
        facts::Socket socket;
        socket.end.id = client_id;
        socket.end.inode = inode_of(client_);
        socket.netns = netns_of(proc_, ::getpid()).value_or(0);
        socket.local = address_of(::getsockname);
        socket.remote = address_of(::getpeername);
        return {socket};
    }

    std::vector<facts::Socket> completed() {
        std::vector<facts::Socket> sockets = traced();
        EarlierSockets(proc_).complete(sockets, {::getpid()}, monotonic_now());
        return sockets;
    }

    template <typename Ask>
    facts::InetAddress address_of(Ask ask) const {
        sockaddr_in told{};
        socklen_t length = sizeof(told);
        require(ask(client_.get(), reinterpret_cast<sockaddr *>(&told), &length) == 0);
        facts::InetAddress address{.port = ntohs(told.sin_port)};
        std::memcpy(address.bytes.data(), &told.sin_addr, sizeof(told.sin_addr));
        return address;
    }

    procfs::Proc proc_;
    netlink::TcpListener listener_;
    Fd client_ = listener_.connect();
};

TEST_F(EarlierSocketsTest, TcpRemembersWhoSpokeLast) {
    const Fd server = listener_.accept();
    netlink::send_text(client_, "?");
    const facts::End end = completed().front().end;
    EXPECT_EQ(end.spoke_last_seen, true);
    EXPECT_TRUE(end.last_send);
    EXPECT_FALSE(end.last_arrival);
}

TEST_F(EarlierSocketsTest, WhatTheHooksSawStays) {
    const Fd server = listener_.accept();
    netlink::send_text(client_, "?");
    std::vector<facts::Socket> sockets = traced();
    sockets.front().end.spoke_last_seen = false;
    sockets.front().end.last_send = Nanos(5);
    EarlierSockets(proc_).complete(sockets, {::getpid()}, monotonic_now());
    EXPECT_EQ(sockets.front().end.spoke_last_seen, false);
    EXPECT_EQ(sockets.front().end.last_send, Nanos(5));
}

TEST_F(EarlierSocketsTest, WhatWaitsToBeAcceptedIsThereThoughNobodyHoldsIt) {
    const std::vector<facts::Socket> sockets = completed();
    ASSERT_EQ(sockets.size(), 2U);
    EXPECT_TRUE(sockets.back().waits_for_accept);
    EXPECT_EQ(sockets.back().local.port, traced().front().remote.port);
    const facts::Channels channels = facts::connect(sockets, {});
    EXPECT_EQ(channels.ends.at(client_id).peer, sockets.back().end.id);
}

TEST_F(EarlierSocketsTest, WhatIsAcceptedHasAHolder) {
    const Fd server = listener_.accept();
    EXPECT_EQ(completed().size(), 1U);
}

TEST_F(EarlierSocketsTest, OfWhoHasEndedNothingIsKnown) {
    std::vector<facts::Socket> sockets = traced();
    EarlierSockets(proc_).complete(sockets, {}, monotonic_now());
    EXPECT_EQ(sockets.size(), 1U);
    EXPECT_FALSE(sockets.front().end.last_arrival);
}

} // namespace
} // namespace unwedge::session
