// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/flight.h"

#include <gtest/gtest.h>

#include <memory>

namespace unwedge::kernel {
namespace {

using namespace std::chrono_literals;

constexpr FlightClock exact{};

std::unique_ptr<uw_flight> flight_with(std::uint64_t records) {
    auto flight = std::make_unique<uw_flight>();
    flight->next = records;
    for (std::uint64_t i = records > UW_FLIGHT_RECORDS ? records - UW_FLIGHT_RECORDS : 0; i < records; ++i)
        flight->records[i % UW_FLIGHT_RECORDS] = {i << UW_FLIGHT_KIND_BITS | UW_FLIGHT_SEND, 7,
                                                  static_cast<__u32>(i)};
    return flight;
}

TEST(FlightHistory, IsOldestFirst) {
    const facts::History history = history_of(*flight_with(3), exact);
    ASSERT_EQ(history.records.size(), 3U);
    EXPECT_EQ(history.records[0], (facts::FlightRecord{Nanos(0), facts::FlightKind::send, 7, 0}));
    EXPECT_EQ(history.records[2], (facts::FlightRecord{Nanos(2), facts::FlightKind::send, 7, 2}));
    EXPECT_EQ(history.overwritten, 0U);
    EXPECT_EQ(history.precision, Nanos{});
}

TEST(FlightHistory, TellsHowManyWereOverwritten) {
    const facts::History history = history_of(*flight_with(UW_FLIGHT_RECORDS + 10), exact);
    ASSERT_EQ(history.records.size(), std::size_t{UW_FLIGHT_RECORDS});
    EXPECT_EQ(history.overwritten, 10U);
    EXPECT_EQ(history.records.front().at, Nanos(10));
    EXPECT_EQ(history.records.back().at, Nanos(UW_FLIGHT_RECORDS + 9));
}

TEST(FlightHistory, JiffiesBecomeTimes) {
    const facts::History history = history_of(*flight_with(3), {.tick = 4ms, .now = 100s, .jiffies = 1'000});
    EXPECT_EQ(history.records[2].at, 100s - 998 * 4ms);
    EXPECT_EQ(history.precision, 4ms);
}

TEST(FlightHistory, JiffiesAfterTheKnownInstantToo) {
    const facts::History history = history_of(*flight_with(3), {.tick = 4ms, .now = 100s, .jiffies = 0});
    EXPECT_EQ(history.records[2].at, 100s + 8ms);
}

TEST(FlightHistory, ATimeOutOfReachIsLeftOut) {
    const auto flight = flight_with(3);
    flight->records[0].at_kind = UINT64_MAX << UW_FLIGHT_KIND_BITS | UW_FLIGHT_SEND;
    flight->records[1].at_kind = (UINT64_MAX >> 4U) << UW_FLIGHT_KIND_BITS | UW_FLIGHT_SEND;
    const facts::History history = history_of(*flight, {.tick = 4ms, .now = 100s, .jiffies = 1'000});
    ASSERT_EQ(history.records.size(), 1U);
    EXPECT_EQ(history.records[0].at, 100s - 998 * 4ms);
    EXPECT_TRUE(
        history_of(*flight_with(3), {.tick = 4ms, .now = Nanos::min(), .jiffies = 1'000}).records.empty());
}

TEST(FlightHistory, AnUnknownKindIsLeftOut) {
    const auto flight = flight_with(2);
    flight->records[0].at_kind = 7;
    EXPECT_EQ(history_of(*flight, exact).records.size(), 1U);
}

} // namespace
} // namespace unwedge::kernel
