// SPDX-License-Identifier: GPL-2.0-only
#include "sockets.h"
#include "stage.h"

#include <netinet/tcp.h>

namespace unwedge::test {
namespace {

using namespace std::chrono_literals;

/// One unread end in the actor; the second step consumes a part of it, the third all.
class Sweep : public Stage, public ::testing::WithParamInterface<const char *> {
  protected:
    bool is_tcp() const { return std::string_view(GetParam()) == "tcp"; }

    void begin(Actor &actor) {
        actor.start();
        adopt(actor);
        actor.step();
        meet_sockets_of(actor);
        events();
    }

    std::function<void()> unread() const {
        return [tcp = is_tcp()] {
            const Pair pair = tcp ? tcp_pair() : unix_pair();
            require(::dup2(pair.b, reader) == reader);
            send_bytes(pair.a, "0123456789");
        };
    }

    static constexpr int reader = 100;
};

TEST_P(Sweep, AStallIsToldOnceAndItsEndAsWell) {
    Actor actor(unread());
    actor.then([] { receive_bytes(reader, 4); });
    begin(actor);
    for (Nanos at = 0s; at < 3s; at += 1s)
        sweep_at(at);
    EXPECT_TRUE(events().empty());
    EXPECT_EQ(sweep_at(3s).stalled, 1U);
    sweep_at(4s);
    const auto begun = only<facts::StallBegan>(events());
    ASSERT_EQ(begun.size(), 1U);
    EXPECT_EQ(begun.front().unread, 10U);
    actor.step();
    EXPECT_EQ(sweep_at(5s).stalled, 0U);
    const auto ended = only<facts::StallEnded>(events());
    ASSERT_EQ(ended.size(), 1U);
    EXPECT_EQ(ended.front().end, begun.front().end);
    EXPECT_EQ(ended.front().since, begun.front().since);
}

TEST_P(Sweep, APartThatIsTakenIsConsumption) {
    Actor actor(unread());
    actor.then([] { receive_bytes(reader, 1); }).then([] { receive_bytes(reader, 1); });
    begin(actor);
    sweep_at(0s);
    sweep_at(1s);
    sweep_at(2s);
    actor.step();
    sweep_at(3s);
    sweep_at(4s);
    sweep_at(5s);
    actor.step();
    sweep_at(6s);
    sweep_at(7s);
    EXPECT_TRUE(events().empty());
}

TEST_P(Sweep, APeekIsNone) {
    Actor actor(unread());
    actor.then([] { receive_bytes(reader, 4, MSG_PEEK); });
    begin(actor);
    sweep_at(0s);
    sweep_at(1s);
    actor.step();
    sweep_at(2s);
    EXPECT_EQ(sweep_at(3s).stalled, 1U);
}

TEST_P(Sweep, EmptyQueuesAreNeitherUnreadNorStalled) {
    Actor actor(unread());
    actor.then([] { receive_bytes(reader, 10); });
    begin(actor);
    EXPECT_EQ(sweep_at(0s).unread, 1U);
    actor.step();
    EXPECT_EQ(sweep_at(1s).unread, 0U);
    EXPECT_EQ(sweep_at(5s).stalled, 0U);
}

TEST_P(Sweep, AConnectionThatIsNotAcceptedStallsItsListener) {
    const bool tcp = is_tcp();
    Actor actor([tcp] {
        const int listener = ::socket(tcp ? AF_INET : AF_UNIX, SOCK_STREAM, 0);
        sockaddr_storage address{};
        address.ss_family = tcp ? AF_INET : AF_UNIX;
        socklen_t length = tcp ? sizeof(sockaddr_in) : sizeof(sa_family_t);
        auto *generic = reinterpret_cast<sockaddr *>(&address);
        require(::bind(listener, generic, length) == 0 && ::listen(listener, 4) == 0);
        length = sizeof(address);
        require(::getsockname(listener, generic, &length) == 0);
        require(::connect(::socket(address.ss_family, SOCK_STREAM, 0), generic, length) == 0);
        require(::dup2(listener, reader) == reader);
    });
    actor.then([] { require(::accept(reader, nullptr, nullptr) >= 0); });
    begin(actor);
    ASSERT_TRUE(tracer().holds(actor.pid()));
    for (Nanos at = 0s; at < 3s; at += 1s)
        EXPECT_EQ(sweep_at(at).stalled, 0U);
    EXPECT_EQ(sweep_at(3s).stalled, 1U);
    actor.step();
    EXPECT_EQ(sweep_at(4s).stalled, 0U);
}

TEST_P(Sweep, APeerThatClosedAndOwedAnAnswerIsDueForALookOnce) {
    Actor actor([tcp = is_tcp()] {
        const Pair answered = tcp ? tcp_pair() : unix_pair();
        const Pair owed = tcp ? tcp_pair() : unix_pair();
        for (const Pair &pair : {answered, owed}) {
            send_bytes(pair.b, "request");
            receive_bytes(pair.a, 7);
        }
        send_bytes(answered.a, "answer");
        receive_bytes(answered.b, 6);
        ::close(answered.a);
        ::close(owed.a);
    });
    begin(actor);
    EXPECT_EQ(sweep_at(0s).hung_up, 0U);
    EXPECT_EQ(sweep_at(2s).hung_up, 0U);
    EXPECT_EQ(sweep_at(4s).hung_up, 1U);
    EXPECT_EQ(sweep_at(7s).hung_up, 0U);
}

INSTANTIATE_TEST_SUITE_P(Families, Sweep, ::testing::Values("tcp", "unix"),
                         [](const auto &family) { return std::string(family.param); });

} // namespace
} // namespace unwedge::test
