// SPDX-License-Identifier: GPL-2.0-only
#include "support/live_sockets.h"

#include <cstring>
#include <filesystem>
#include <string>

namespace unwedge::netlink {
namespace {

using namespace std::string_literals;

/// bind(2) or connect(2), with exactly the bytes of `name`.
bool call_with(int (*call)(int, const sockaddr *, socklen_t), const Fd &socket, const std::string &name) {
    sockaddr_un address{.sun_family = AF_UNIX};
    std::memcpy(address.sun_path, name.data(), name.size());
    return call(socket.get(), reinterpret_cast<const sockaddr *>(&address),
                static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size())) == 0;
}

bool bind_to(const Fd &socket, const std::string &name) {
    return call_with(::bind, socket, name);
}

bool connect_to(const Fd &socket, const std::string &name) {
    return call_with(::connect, socket, name);
}

/// A name that no other process uses.
std::string abstract_name(const std::string &what) {
    return "\0unwedge-test-"s + what + "-" + std::to_string(::getpid());
}

Fd unix_socket(int type) {
    return Fd(::socket(AF_UNIX, type | SOCK_CLOEXEC, 0));
}

TEST(Unix, PeersAreKnownByInode) {
    for (const int type : {SOCK_STREAM, SOCK_SEQPACKET, SOCK_DGRAM}) {
        const Pair pair = unix_pair(type);
        const UnixSocket a = look_at_unix(pair.a);
        const UnixSocket b = look_at_unix(pair.b);
        EXPECT_EQ(a.type, type);
        EXPECT_EQ(a.state, state_established);
        EXPECT_EQ(a.peer_inode, b.inode);
        EXPECT_EQ(b.peer_inode, a.inode);
        EXPECT_NE(a.cookie, b.cookie);
        EXPECT_EQ(look_at_unix(pair.a).cookie, a.cookie);
        EXPECT_EQ(a.name, "");
        EXPECT_EQ(a.shutdown, 0);
    }
}

TEST(Unix, UnreadBytesAreThoseOfAllMessages) {
    for (const int type : {SOCK_STREAM, SOCK_SEQPACKET}) {
        const Pair pair = unix_pair(type);
        send_text(pair.a, "seven b");
        send_text(pair.a, "five!");
        EXPECT_EQ(look_at_unix(pair.b).receive_queue, 12U);
        EXPECT_EQ(look_at_unix(pair.a).receive_queue, 0U);
        EXPECT_GT(look_at_unix(pair.a).send_queue, 12U) << "memory, not bytes";
        // A stream is read in part; of a message the rest is dropped.
        EXPECT_EQ(receive(pair.b, 3), 3U);
        EXPECT_EQ(look_at_unix(pair.b).receive_queue, type == SOCK_STREAM ? 9U : 5U);
    }
}

TEST(Unix, UnreadBytesOfDatagramsAreThoseOfTheFirst) {
    const Pair pair = unix_pair(SOCK_DGRAM);
    send_text(pair.a, "");
    send_text(pair.a, "seven b");
    send_text(pair.a, "five!");
    EXPECT_EQ(look_at_unix(pair.b).receive_queue, 0U) << "the first is empty";
    receive(pair.b, 64);
    EXPECT_EQ(look_at_unix(pair.b).receive_queue, 7U);
    receive(pair.b, 64);
    EXPECT_EQ(look_at_unix(pair.b).receive_queue, 5U);
}

TEST(Unix, ADatagramSocketsPeerIsWhereItSends) {
    const Fd server = unix_socket(SOCK_DGRAM);
    const std::string name = abstract_name("datagram");
    ASSERT_TRUE(bind_to(server, name));
    const Fd client = unix_socket(SOCK_DGRAM);
    EXPECT_EQ(look_at_unix(client).state, state_close) << "not connected";
    ASSERT_TRUE(connect_to(client, name));
    EXPECT_EQ(look_at_unix(client).peer_inode, inode_of(server));
    EXPECT_EQ(look_at_unix(client).state, state_established);
    EXPECT_EQ(look_at_unix(server).peer_inode, 0U);
    EXPECT_EQ(look_at_unix(server).name, name);
}

TEST(Unix, PendingAreTheClientsInOrder) {
    const Fd listener = unix_socket(SOCK_STREAM);
    const std::string name = abstract_name("pending");
    ASSERT_TRUE(bind_to(listener, name) && ::listen(listener.get(), 7) == 0);
    EXPECT_TRUE(look_at_unix(listener).pending.empty());
    std::array<Fd, 3> clients;
    std::vector<std::uint32_t> inodes;
    for (Fd &client : clients) {
        client = unix_socket(SOCK_STREAM);
        ASSERT_TRUE(connect_to(client, name));
        inodes.push_back(static_cast<std::uint32_t>(inode_of(client)));
    }
    send_text(clients[0], "early");
    const UnixSocket full = look_at_unix(listener);
    EXPECT_EQ(full.state, state_listen);
    EXPECT_EQ(full.receive_queue, 3U);
    EXPECT_EQ(full.send_queue, 7U) << "the limit that listen(2) was given";
    EXPECT_EQ(full.pending, inodes);
    const UnixSocket waiting = look_at_unix(clients[0]);
    EXPECT_EQ(waiting.peer_inode, 0U) << "nobody holds the other end";
    EXPECT_EQ(waiting.state, state_established);
    EXPECT_EQ(waiting.shutdown, 0);
    EXPECT_GT(waiting.send_queue, 0U);

    const Fd accepted(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
    EXPECT_EQ(look_at_unix(accepted).peer_inode, inodes[0]);
    EXPECT_EQ(look_at_unix(accepted).receive_queue, 5U);
    EXPECT_EQ(look_at_unix(accepted).name, name) << "as its listener";
    clients[1] = Fd();
    EXPECT_EQ(look_at_unix(listener).pending, (std::vector<std::uint32_t>{0, inodes[2]})) << "one went";
}

TEST(Unix, TellsHalfClosed) {
    const Pair pair = unix_pair(SOCK_STREAM);
    require(::shutdown(pair.a.get(), SHUT_WR) == 0);
    EXPECT_EQ(look_at_unix(pair.a).shutdown, 2);
    EXPECT_EQ(look_at_unix(pair.b).shutdown, 1);
    EXPECT_EQ(look_at_unix(pair.b).peer_inode, inode_of(pair.a));
    EXPECT_EQ(look_at_unix(pair.b).receive_queue, 0U) << "end-of-file does not count";
}

TEST(Unix, TellsThatThePeerClosed) {
    for (const int type : {SOCK_STREAM, SOCK_SEQPACKET, SOCK_DGRAM}) {
        Pair pair = unix_pair(type);
        send_text(pair.a, "left");
        pair.a = Fd();
        const UnixSocket left = look_at_unix(pair.b);
        EXPECT_EQ(left.peer_inode, 0U);
        EXPECT_EQ(left.receive_queue, 4U);
        EXPECT_EQ(left.state, state_established);
        EXPECT_EQ(left.shutdown, type == SOCK_DGRAM ? 0 : 3);
    }
}

TEST(Unix, NamesAreTheBytesThatWereBound) {
    std::string folder = std::filesystem::temp_directory_path() / "unwedge-test-XXXXXX";
    ASSERT_TRUE(::mkdtemp(folder.data()));
    for (const std::string &name : {folder + "/socket", folder + "/\xff\n", abstract_name("a\0b\n\xff"s),
                                    "\0"s + std::string(107, 'x')}) {
        const Fd socket = unix_socket(SOCK_STREAM);
        ASSERT_TRUE(bind_to(socket, name)) << name;
        EXPECT_EQ(look_at_unix(socket).name, name);
        EXPECT_EQ(look_at_unix(socket).state, state_close);
    }
    std::filesystem::remove_all(folder);
}

} // namespace
} // namespace unwedge::netlink
