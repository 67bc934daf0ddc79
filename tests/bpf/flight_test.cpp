// SPDX-License-Identifier: GPL-2.0-only
#include "sockets.h"
#include "stage.h"

#include <csignal>
#include <sys/wait.h>

#include <algorithm>
#include <thread>

namespace unwedge::test {
namespace {

using namespace std::chrono_literals;
using facts::FlightKind;
using facts::FlightRecord;

class Flight : public Stage {
  protected:
    std::optional<facts::History> history_of(pid_t pid) {
        const Result<std::map<facts::Pid, facts::History>> histories = tracer().histories();
        EXPECT_TRUE(histories) << histories.error().message;
        const auto history = (*histories).find(pid);
        return history == (*histories).end() ? std::nullopt : std::optional(history->second);
    }
    /// Without the returns from waits, which only some plans see.
    std::vector<FlightRecord> messages_of(pid_t pid) {
        std::optional<facts::History> history = history_of(pid);
        if (!history)
            return {};
        std::erase_if(history->records,
                      [](const FlightRecord &one) { return one.kind == FlightKind::unpark; });
        return history->records;
    }
    void begin(Actor &actor) {
        actor.start();
        adopt(actor);
    }
};

class FullFlight : public Flight {
  protected:
    kernel::Settings settings() const override {
        kernel::Settings settings = Flight::settings();
        settings.level = kernel::Level::full;
        return settings;
    }
};

class FewFlights : public Flight {
  protected:
    kernel::Settings settings() const override {
        kernel::Settings settings = Flight::settings();
        settings.flights = 4;
        return settings;
    }
};

class ShortFlight : public Flight {
  protected:
    static constexpr std::uint32_t records = 16;

    kernel::Settings settings() const override {
        kernel::Settings settings = Flight::settings();
        settings.flight_records = records;
        return settings;
    }
};

class NoFlight : public Flight {
  protected:
    kernel::Settings settings() const override {
        kernel::Settings settings = Flight::settings();
        settings.level = kernel::Level::sample;
        return settings;
    }
};

void say_and_hear(Pair pair, std::size_t bytes) {
    send_bytes(pair.a, std::string(bytes, 'x'));
    receive_bytes(pair.b, bytes);
}

/// Runs `what` in a child and waits for its end.
void in_a_child(const std::function<void()> &what) {
    const pid_t child = ::fork();
    if (child == 0) {
        what();
        ::_exit(0);
    }
    int status = 0;
    require(::waitpid(child, &status, 0) == child && status == 0);
}

TEST_F(Flight, ShowsWhatAnActorDidInItsOrder) {
    Actor actor([] { say_and_hear(unix_pair(), 11); });
    begin(actor);
    EXPECT_FALSE(history_of(actor.pid())) << "it has touched no channel yet";
    actor.step();
    const std::vector<FlightRecord> records = messages_of(actor.pid());
    ASSERT_EQ(records.size(), 2U);
    EXPECT_EQ(records[0].kind, FlightKind::send);
    EXPECT_EQ(records[0].amount, 11U);
    EXPECT_EQ(records[1].kind, FlightKind::receive);
    EXPECT_EQ(records[1].amount, 11U);
    if (tracer().meets_sockets()) {
        EXPECT_NE(records[0].end, records[1].end);
        EXPECT_NE(records[0].end, 0U);
    }
}

TEST_F(Flight, TellsTimesToOneJiffy) {
    Actor actor([] { say_and_hear(unix_pair(), 1); });
    begin(actor);
    const Nanos before = monotonic_now();
    actor.step();
    const Nanos after = monotonic_now();
    ASSERT_TRUE(tracer().threads(actor.pid())); // stamps the clocks
    const std::optional<facts::History> history = history_of(actor.pid());
    ASSERT_TRUE(history);
    EXPECT_GT(history->precision, Nanos{});
    EXPECT_LE(history->precision, 10ms);
    EXPECT_GT(history->records.front().at, before - 2 * history->precision);
    EXPECT_LT(history->records.back().at, after + 2 * history->precision);
}

TEST_F(FullFlight, TellsTimesExactly) {
    Actor actor([] { say_and_hear(unix_pair(), 1); });
    begin(actor);
    const Nanos before = monotonic_now();
    actor.step();
    const Nanos after = monotonic_now();
    const std::optional<facts::History> history = history_of(actor.pid());
    ASSERT_TRUE(history);
    EXPECT_EQ(history->precision, Nanos{});
    EXPECT_GE(history->records.front().at, before);
    EXPECT_LE(history->records.back().at, after);
}

TEST_F(ShortFlight, KeepsTheLastOnes) {
    constexpr unsigned rounds = 40;
    Actor actor([] {
        const Pair pair = unix_pair();
        for (unsigned i = 1; i <= rounds; ++i)
            say_and_hear(pair, i);
    });
    begin(actor);
    actor.step();
    const std::optional<facts::History> history = history_of(actor.pid());
    ASSERT_TRUE(history);
    EXPECT_EQ(history->records.size(), std::size_t{records});
    EXPECT_GE(history->overwritten, 2 * rounds - records);
    EXPECT_EQ(messages_of(actor.pid()).back().amount, rounds);
}

TEST_F(Flight, OutlivesItsProcess) {
    Actor actor([] { in_a_child([] { say_and_hear(unix_pair(), 42); }); });
    begin(actor);
    actor.step();
    const std::vector<facts::Forked> forked = only<facts::Forked>(events());
    ASSERT_EQ(forked.size(), 1U);
    const std::vector<FlightRecord> records = messages_of(forked.front().child);
    ASSERT_EQ(records.size(), 2U);
    EXPECT_EQ(records.front().amount, 42U);
    EXPECT_FALSE(history_of(actor.pid())) << "its parent said nothing itself";
}

TEST_F(Flight, IsOneForAllThreadsOfAProcess) {
    Actor actor([] {
        for (int i = 0; i < 4; ++i)
            std::thread([] { say_and_hear(unix_pair(), 1); }).join();
        say_and_hear(unix_pair(), 2);
    });
    begin(actor);
    actor.step();
    EXPECT_EQ(messages_of(actor.pid()).size(), 10U);
}

TEST_F(Flight, ShowsConnecting) {
    Actor actor([] { tcp_pair(); });
    begin(actor);
    actor.step();
    const std::vector<FlightRecord> records = messages_of(actor.pid());
    ASSERT_EQ(records.size(), 2U);
    EXPECT_EQ(records[0].kind, FlightKind::state);
    EXPECT_EQ(records[0].amount, 10U) << "TCP_LISTEN";
    EXPECT_EQ(records[1].amount, 2U) << "TCP_SYN_SENT";
}

TEST_F(FewFlights, TheDeadMakeRoomBeforeTheLiving) {
    Actor actor([] {
        say_and_hear(unix_pair(), 1);
        for (std::size_t i = 2; i < 12; ++i)
            in_a_child([i] { say_and_hear(unix_pair(), i); });
    });
    begin(actor);
    actor.step();
    ASSERT_FALSE(messages_of(actor.pid()).empty());
    EXPECT_EQ(messages_of(actor.pid()).front().amount, 1U);
    EXPECT_EQ(tracer().histories_evicted(), 11U - 4U);
}

TEST_F(FewFlights, WithoutRoomTheLivingGiveWayAndThatIsCounted) {
    Actor actor([] {
        say_and_hear(unix_pair(), 1);
        std::array<pid_t, 6> children{};
        const Pair done = unix_pair();
        for (pid_t &child : children) {
            child = ::fork();
            if (child == 0) {
                say_and_hear(unix_pair(), 2);
                send_bytes(done.a, "x");
                ::pause();
            }
            receive_bytes(done.b, 1);
        }
        for (pid_t child : children)
            require(::kill(child, SIGKILL) == 0 && ::waitpid(child, nullptr, 0) == child);
    });
    begin(actor);
    actor.step();
    EXPECT_GE(tracer().histories_evicted(), 3U);
}

TEST_F(NoFlight, AtLevelSampleNothingIsKept) {
    Actor actor([] { say_and_hear(unix_pair(), 1); });
    begin(actor);
    ASSERT_TRUE(tracer().count_receives(true));
    actor.step();
    EXPECT_FALSE(history_of(actor.pid()));
}

} // namespace
} // namespace unwedge::test
