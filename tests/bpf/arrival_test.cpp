// SPDX-License-Identifier: GPL-2.0-only
#include "sockets.h"
#include "stage.h"

#include <algorithm>
#include <numeric>
#include <thread>

namespace unwedge::test {
namespace {

using namespace std::chrono_literals;

class Arrival : public Stage {
  protected:
    kernel::Settings settings() const override {
        kernel::Settings settings = Stage::settings();
        settings.level = kernel::Level::full;
        return settings;
    }
    /// Its first step, after which its sockets are known.
    void begin(Actor &actor) {
        actor.start();
        adopt(actor);
        actor.step();
        meet_sockets_of(actor);
    }
    static void exchange_one(const Pair &pair) {
        send_bytes(pair.a, "x");
        receive_bytes(pair.b, 1);
    }
    /// Of all ends together, bucket by bucket.
    std::vector<__u32> delays() {
        std::vector<__u32> sum(UW_DELAY_BUCKETS);
        for (const uw_delay_record &end : *tracer().delays(actors()))
            std::transform(sum.begin(), sum.end(), end.delays, sum.begin(), std::plus<>());
        return sum;
    }
    static __u32 sum_from(const std::vector<__u32> &delays, std::chrono::nanoseconds least) {
        const __u32 bucket = uw_delay_bucket(static_cast<__u64>(least.count()));
        return std::accumulate(delays.begin() + bucket, delays.end(), 0U);
    }
};

const auto pair_makers = {+[] { return unix_pair(); }, +[] { return tcp_pair(); }};

TEST_F(Arrival, ADelayIsMeasuredFromArrivalToRead) {
    for (auto make : pair_makers) {
        Pair pair;
        Actor actor([make, &pair] {
            pair = make();
            exchange_one(pair); // which makes its peer known
        });
        actor.then([&pair] {
            send_bytes(pair.a, "x");
            std::this_thread::sleep_for(50ms); // the delay itself, not a wait for something
            receive_bytes(pair.b, 1);
        });
        begin(actor);
        // Only now: a busy machine may have held up the exchange above, too.
        const std::vector<__u32> before = delays();
        actor.step();
        const std::vector<__u32> after = delays();
        EXPECT_EQ(sum_from(after, 33ms) - sum_from(before, 33ms), 1U);
    }
}

TEST_F(Arrival, WhatIsLeftBehindIsToldNoLongerThanItWaited) {
    Pair pair;
    std::chrono::nanoseconds at_most{}; // did the second one wait: a busy machine takes its time
    Actor actor([&pair] {
        pair = unix_pair();
        exchange_one(pair);
    });
    actor.then([&pair, &at_most] {
        send_bytes(pair.a, "1");
        std::this_thread::sleep_for(50ms);
        const auto before = std::chrono::steady_clock::now();
        send_bytes(pair.a, "2");
        receive_bytes(pair.b, 1); // came 50 ms ago
        receive_bytes(pair.b, 1); // just came
        at_most = std::chrono::steady_clock::now() - before;
    });
    begin(actor);
    actor.step();
    const __u32 late = sum_from(delays(), 33ms);
    EXPECT_GE(late, 1U);
    EXPECT_LE(late, at_most < 33ms ? 1U : 2U);
}

TEST_F(Arrival, APeekReadsNothing) {
    Pair pair;
    Actor actor([&pair] {
        pair = unix_pair();
        exchange_one(pair);
    });
    actor.then([&pair] {
        send_bytes(pair.a, "x");
        receive_bytes(pair.b, 1, MSG_PEEK);
        receive_bytes(pair.b, 1, MSG_PEEK);
    });
    begin(actor);
    actor.step();
    // Nor was the first receive timed: what it took came before anybody knew the socket.
    EXPECT_EQ(sum_from(delays(), 0ns), 0U);
}

} // namespace
} // namespace unwedge::test
