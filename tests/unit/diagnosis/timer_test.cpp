// SPDX-License-Identifier: GPL-2.0-only
#include "diagnosis/timer.h"

#include "diagnosis/scenes.h"

#include <gtest/gtest.h>

namespace unwedge::diagnosis {
namespace {

using facts::Timeout;

Timer timer_in(Timeout timeout, std::optional<Nanos> asleep = std::nullopt,
               std::optional<Nanos> timerfd = std::nullopt) {
    facts::Thread thread;
    thread.wait = in_epoll({}, timeout);
    thread.wait.timerfd = timerfd;
    thread.asleep = asleep;
    return timer_of(thread, Policy{});
}

struct Row {
    const char *what;
    Timeout timeout;
    std::optional<Nanos> asleep;
    std::optional<Nanos> timerfd;
    std::optional<Nanos> left;
};

TEST(Timer, IsWhatIsLeftOfTheSoonestWakeWithinTheHorizon) {
    const std::vector<Row> rows{
        {"none", Timeout::never(), 1s, {}, {}},
        {"a length, of which some has passed", Timeout::after(5s), 2s, {}, 3s},
        {"a length, asleep for who knows how long", Timeout::after(5s), {}, {}, 5s},
        {"a length that has passed", Timeout::after(5s), 9s, {}, 0s},
        {"a poll that does not wait", Timeout::after(0s), {}, {}, 0s},
        {"a deadline is not shortened by the sleep", Timeout::left(5s), 2s, {}, 5s},
        {"a length of the horizon itself", Timeout::after(1h), 0s, {}, 1h},
        {"a length beyond the horizon: trio's 24 h", Timeout::after(24h), 0s, {}, {}},
        {"a length beyond the horizon, nearly over", Timeout::after(24h), 24h - 1s, {}, {}},
        {"a deadline beyond the horizon", Timeout::left(2h), 0s, {}, {}},
        {"a timerfd alone", Timeout::never(), 9s, 7s, 7s},
        {"a timerfd that comes first", Timeout::after(30s), 0s, 7s, 7s},
        {"a timerfd that comes last", Timeout::after(3s), 0s, 7s, 3s},
        {"a timerfd beyond the horizon", Timeout::never(), 0s, 2h, {}},
        {"a timerfd before a cap of 24 h", Timeout::after(24h), 0s, 7s, 7s},
    };
    for (const Row &row : rows) {
        const Timer timer = timer_in(row.timeout, row.asleep, row.timerfd);
        EXPECT_EQ(timer.left, row.left) << row.what;
        EXPECT_TRUE(timer.known) << row.what;
    }
}

TEST(Timer, IsNotKnownWhereTheTimeoutCouldNotBeRead) {
    const Timer timer = timer_in(Timeout::unknown(), 1s);
    EXPECT_FALSE(timer.known);
    EXPECT_EQ(timer.left, std::nullopt);
}

TEST(Timer, OfATimerfdIsToldEvenIfTheTimeoutIsNotKnown) {
    const Timer timer = timer_in(Timeout::unknown(), 1s, 7s);
    EXPECT_FALSE(timer.known);
    EXPECT_EQ(timer.left, 7s);
}

} // namespace
} // namespace unwedge::diagnosis
