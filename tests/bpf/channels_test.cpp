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
        Result<std::vector<uw_end_record>> ends = tracer().ends();
        auto end = std::ranges::find(*ends, id, &uw_end_record::id);
        return end == ends->end() ? uw_end_record{} : *end;
    }
    /// Without asking for holds, which would track what the hooks missed.
    std::size_t tracked() { return tracer().ends()->size(); }
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
    Result<std::vector<uw_end_record>> ends = tracer().ends();
    EXPECT_EQ(std::ranges::count(*ends, 165U, &uw_end_record::unread), 1);
    EXPECT_EQ(end_of(actor, right).unread, 165U);
    EXPECT_EQ(end_of(actor, right).received, 0U);
    EXPECT_EQ(end_of(actor, left).sent_bytes, 165U);
}

TEST_F(Channels, AUnixEndThatIsNeverReadIsTrackedThroughItsSender) {
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

} // namespace
} // namespace unwedge::test
