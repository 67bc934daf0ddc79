// SPDX-License-Identifier: GPL-2.0-only
#include "sockets.h"
#include "stage.h"

#include <fcntl.h>
#include <sys/uio.h>

#include <algorithm>
#include <map>

namespace unwedge::test {
namespace {

class Channels : public Stage {
  protected:
    /// The record of the end behind a descriptor of the actor.
    uw_end_record end_of(const Actor &actor, int fd) {
        Result<std::vector<uw_hold_record>> holds = tracer().holds(actor.pid());
        auto hold = std::ranges::find(*holds, static_cast<__u32>(fd), &uw_hold_record::fd);
        if (hold == holds->end())
            return {};
        return end_by_id(hold->end_id);
    }
    uw_end_record end_by_id(__u64 id) {
        Result<std::vector<uw_end_record>> ends = tracer().ends(actors());
        auto end = std::ranges::find(*ends, id, &uw_end_record::id);
        return end == ends->end() ? uw_end_record{} : *end;
    }
    /// What the actor's descriptor says of the pipe behind it.
    uw_hold_record pipe_at(const Actor &actor, int fd) {
        Result<std::vector<uw_hold_record>> holds = tracer().holds(actor.pid());
        auto hold = std::ranges::find(*holds, static_cast<__u32>(fd), &uw_hold_record::fd);
        return hold == holds->end() ? uw_hold_record{} : *hold;
    }
    /// Without asking for holds, which would track what the hooks missed.
    std::size_t tracked() { return tracer().ends(actors())->size(); }
};

/// Descriptors are the same numbers in the actor as here: the pair is made in the actor at these.
constexpr int left = 100;
constexpr int right = 101;

void place(Pair pair) {
    require(::dup2(pair.a, left) == left && ::dup2(pair.b, right) == right);
    ::close(pair.a);
    ::close(pair.b);
}

TEST_F(Channels, ATcpEndThatIsNeverReadIsTrackedWithItsUnreadBytes) {
    Actor actor([] {
        place(tcp_pair());
        send_bytes(left, std::string(165, 'x'));
    });
    actor.start();
    adopt(actor);
    actor.step();
    Result<std::vector<uw_end_record>> ends = tracer().ends(actors());
    EXPECT_EQ(std::ranges::count(*ends, 165U, &uw_end_record::unread), 1);
    EXPECT_EQ(end_of(actor, right).unread, 165U);
    EXPECT_EQ(end_of(actor, right).received, 0U);
    EXPECT_EQ(end_of(actor, left).sent_bytes, 165U);
}

TEST_F(Channels, AUnixEndThatIsNeverReadIsTrackedThroughItsSender) {
    if (!tracer().meets_sockets())
        GTEST_SKIP() << "programs on kprobes can't make sockets known: a census does";
    for (int type : {SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET}) {
        Actor actor([type] {
            place(unix_pair(type));
            send_bytes(left, "12345");
            send_bytes(left, "678");
        });
        actor.start();
        adopt(actor);
        const std::size_t before = tracked();
        actor.step();
        EXPECT_EQ(tracked(), before + 2);
        const uw_end_record end = end_of(actor, right);
        EXPECT_EQ(end.unread, 8U);
        EXPECT_EQ(end.peer_id, end_of(actor, left).id);
    }
}

TEST_F(Channels, AnAcceptedSocketIsAnEndOfItsOwn) {
    Actor actor([] {
        place(tcp_pair());
        send_bytes(left, "hello");
        receive_bytes(right, 5);
    });
    actor.start();
    adopt(actor);
    actor.step();
    const uw_end_record accepted = end_of(actor, right);
    EXPECT_NE(accepted.id, end_of(actor, left).id);
    EXPECT_EQ(accepted.received, 1U);
    EXPECT_EQ(accepted.copied, 5U);
    EXPECT_EQ(accepted.sent, 0U);
}

TEST_F(Channels, PeeksEmptyReadsAndEndOfFileAreNoReceives) {
    Actor actor([] {
        place(unix_pair());
        send_bytes(left, "hello");
        receive_bytes(right, 5, MSG_PEEK);
    });
    actor.then([] {
        receive_bytes(right, 5);
        char byte = 0;
        require(::recv(right, &byte, 1, MSG_DONTWAIT) == -1);
        ::shutdown(left, SHUT_WR);
        require(::recv(right, &byte, 1, 0) == 0);
    });
    actor.start();
    adopt(actor);
    actor.step();
    EXPECT_EQ(end_of(actor, right).received, 0U);
    EXPECT_EQ(end_of(actor, right).unread, 5U);
    actor.step();
    EXPECT_EQ(end_of(actor, right).received, 1U);
    EXPECT_EQ(end_of(actor, right).received_bytes, 5U);
}

TEST_F(Channels, EveryWayToReceiveAndSendIsCounted) {
    Actor actor([] {
        place(unix_pair());
        char bytes[2] = {'a', 'b'};
        iovec vector{bytes, sizeof(bytes)};
        msghdr message{};
        message.msg_iov = &vector;
        message.msg_iovlen = 1;
        require(::write(left, bytes, 2) == 2 && ::read(right, bytes, 2) == 2);
        require(::writev(left, &vector, 1) == 2 && ::readv(right, &vector, 1) == 2);
        require(::sendmsg(left, &message, 0) == 2 && ::recvmsg(right, &message, 0) == 2);
    });
    actor.start();
    adopt(actor);
    actor.step();
    EXPECT_EQ(end_of(actor, left).sent, 3U);
    EXPECT_EQ(end_of(actor, right).received, 3U);
    EXPECT_EQ(end_of(actor, right).last_reader, static_cast<__u32>(actor.pid()));
}

TEST_F(Channels, SpliceMovesTheTcpReaderThoughTheHookIsPassedBy) {
    Actor actor([] {
        place(tcp_pair());
        send_bytes(left, "hello");
        std::array<int, 2> pipe{};
        require(::pipe(pipe.data()) == 0);
        require(::splice(right, nullptr, pipe[1], nullptr, 5, 0) == 5);
    });
    actor.start();
    adopt(actor);
    actor.step();
    EXPECT_EQ(end_of(actor, right).copied, 5U);
    EXPECT_EQ(end_of(actor, right).unread, 0U);
}

TEST_F(Channels, AFinIsEndOfFileAndNoUnreadByte) {
    Actor actor([] {
        place(tcp_pair());
        send_bytes(left, "abc");
        ::close(left);
    });
    actor.start();
    adopt(actor);
    actor.step();
    const uw_end_record end = end_of(actor, right);
    EXPECT_EQ(end.unread, 3U);
    EXPECT_TRUE(end.flags & UW_END_PEER_CLOSED);
}

TEST_F(Channels, AUnixPeerThatIsGoneIsTold) {
    Actor actor([] {
        place(unix_pair());
        send_bytes(left, "abc");
        ::close(left);
    });
    actor.start();
    adopt(actor);
    actor.step();
    EXPECT_TRUE(end_of(actor, right).flags & UW_END_PEER_CLOSED);
}

TEST_F(Channels, SocketsOfStrangersAreNotTracked) {
    const std::size_t before = tracked();
    Actor stranger([] {
        place(tcp_pair());
        send_bytes(left, "hello");
        receive_bytes(right, 5);
        place(unix_pair());
        send_bytes(left, "hello");
    });
    stranger.start();
    stranger.step();
    EXPECT_EQ(tracked(), before);
}

TEST_F(Channels, ASocketThatNoHookSawIsFoundByItsHolder) {
    const Pair pair = unix_pair();
    Actor actor([] {});
    actor.start();
    adopt(actor);
    const std::size_t before = tracked();
    send_bytes(pair.a, "abc"); // the test itself is a stranger
    EXPECT_EQ(tracked(), before);
    EXPECT_EQ(end_of(actor, pair.b).unread, 3U);
    EXPECT_GE(tracked(), before + 2);
    ::close(pair.a);
    ::close(pair.b);
}

TEST_F(Channels, AClosedSocketLeavesTheMap) {
    Actor actor([] {
        place(unix_pair());
        send_bytes(left, "abc");
    });
    actor.then([] {
        ::close(left);
        ::close(right);
    });
    actor.start();
    adopt(actor);
    const std::size_t before = tracked();
    actor.step();
    actor.step();
    EXPECT_EQ(tracked(), before);
}

TEST_F(Channels, APipeTellsItsBytesItsSidesAndItsReadersPosition) {
    Actor actor([] {
        std::array<int, 2> fds{};
        require(::pipe(fds.data()) == 0);
        place({fds[0], fds[1]});
        require(::write(right, "hello", 5) == 5);
    });
    actor.then([] {
        char byte = 0;
        require(::read(left, &byte, 1) == 1);
    });
    actor.then([] { require(::write(right, "again", 5) == 5); });
    actor.start();
    adopt(actor);
    actor.step();
    const uw_hold_record before = pipe_at(actor, left);
    EXPECT_EQ(before.end_id, 0U);
    EXPECT_EQ(before.unread, 5U);
    EXPECT_EQ(before.sides, UW_PIPE_READ);
    EXPECT_EQ(before.taken, 0U);
    EXPECT_EQ(pipe_at(actor, right).sides, UW_PIPE_WRITE);
    EXPECT_EQ(pipe_at(actor, right).pipe, before.pipe);
    actor.step();
    const uw_hold_record after = pipe_at(actor, left);
    EXPECT_EQ(after.unread, 4U);
    EXPECT_NE(after.mark, before.mark);
    EXPECT_EQ(after.taken, 1U);
    actor.step();
    EXPECT_EQ(pipe_at(actor, left).unread, 9U);
    EXPECT_EQ(pipe_at(actor, left).mark, after.mark) << "writing is not reading";
}

/// A listener at `left`, of that family, and a client at `right` that nobody has accepted.
void leave_in_the_queue(int family) {
    const int listener = ::socket(family, SOCK_STREAM, 0);
    sockaddr_storage address{};
    address.ss_family = static_cast<sa_family_t>(family);
    socklen_t length = family == AF_UNIX ? sizeof(sa_family_t) : sizeof(sockaddr_in);
    auto *generic = reinterpret_cast<sockaddr *>(&address);
    if (family == AF_INET)
        reinterpret_cast<sockaddr_in *>(&address)->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    require(::bind(listener, generic, length) == 0 && ::listen(listener, 4) == 0);
    length = sizeof(address);
    require(::getsockname(listener, generic, &length) == 0);
    const int client = ::socket(family, SOCK_STREAM, 0);
    require(::connect(client, generic, length) == 0);
    send_bytes(client, "request");
    place({listener, client});
}

TEST_F(Channels, WhoWasNotAcceptedYetIsToldAndHowManyWait) {
    for (const int family : {AF_INET, AF_UNIX}) {
        Actor actor([family] { leave_in_the_queue(family); });
        actor.then([] { require(::dup2(::accept(left, nullptr, nullptr), right + 1) == right + 1); });
        actor.start();
        adopt(actor);
        actor.step();
        const uw_end_record listener = end_of(actor, left);
        EXPECT_EQ(listener.accept_queue, 1U);
        const uw_end_record client = end_of(actor, right);
        if (family == AF_UNIX) {
            EXPECT_TRUE(client.flags & UW_END_PEER_PENDING);
            EXPECT_EQ(client.peer_path_len, listener.path_len);
        } else {
            const Result<std::vector<uw_end_record>> ends = tracer().ends(actors());
            EXPECT_EQ(std::ranges::count_if(
                          *ends, [&](const uw_end_record &one) { return one.flags & UW_END_PENDING; }),
                      1);
        }
        EXPECT_FALSE(client.flags & UW_END_PEER_CLOSED);
        actor.step();
        EXPECT_EQ(end_of(actor, left).accept_queue, 0U);
        EXPECT_FALSE(end_of(actor, right).flags & UW_END_PEER_PENDING);
        EXPECT_FALSE(end_of(actor, right + 1).flags & UW_END_PENDING);
    }
}

TEST_F(Channels, AnEndOfFileThatWasTakenIsTold) {
    Actor actor([] {
        place(tcp_pair());
        ::close(left);
    });
    actor.then([] {
        char byte = 0;
        require(::recv(right, &byte, 1, 0) == 0);
    });
    actor.start();
    adopt(actor);
    actor.step();
    EXPECT_FALSE(end_of(actor, right).flags & UW_END_EOF_READ);
    actor.step();
    EXPECT_TRUE(end_of(actor, right).flags & UW_END_EOF_READ);
}

TEST_F(Channels, WhoSpokeLastIsTold) {
    Actor actor([] {
        place(unix_pair());
        send_bytes(left, "request");
    });
    actor.then([] {
        receive_bytes(right, 7);
        send_bytes(right, "answer");
        receive_bytes(left, 6);
    });
    actor.start();
    adopt(actor);
    actor.step();
    EXPECT_TRUE(end_of(actor, left).flags & UW_END_SPOKE_LAST);
    actor.step();
    EXPECT_FALSE(end_of(actor, left).flags & UW_END_SPOKE_LAST);
    EXPECT_TRUE(end_of(actor, right).flags & UW_END_SPOKE_LAST);
}

} // namespace
} // namespace unwedge::test
