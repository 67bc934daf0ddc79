// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/flight.h"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <memory>

namespace unwedge::kernel {
namespace {

using namespace std::chrono_literals;

constexpr FlightClock exact{};

constexpr std::size_t capacity = 256;

/// As it lies in the map.
struct Flight {
    uw_flight flight{};
    std::array<uw_flight_record, capacity> records{};

    facts::History history(const FlightClock &clock) const { return history_of(flight, capacity, clock); }
};
static_assert(offsetof(Flight, records) == sizeof(uw_flight));

std::unique_ptr<Flight> flight_with(std::uint64_t records) {
    auto flight = std::make_unique<Flight>();
    flight->flight.next = records;
    for (std::uint64_t i = records > capacity ? records - capacity : 0; i < records; ++i)
        flight->records.at(i % capacity) = {i << UW_FLIGHT_KIND_BITS | UW_FLIGHT_SEND, 7,
                                            static_cast<__u32>(i)};
    return flight;
}

TEST(FlightHistory, IsOldestFirst) {
    const facts::History history = flight_with(3)->history(exact);
    ASSERT_EQ(history.records.size(), 3U);
    EXPECT_EQ(history.records[0], (facts::FlightRecord{Nanos(0), facts::FlightKind::send, 7, 0}));
    EXPECT_EQ(history.records[2], (facts::FlightRecord{Nanos(2), facts::FlightKind::send, 7, 2}));
    EXPECT_EQ(history.overwritten, 0U);
    EXPECT_EQ(history.precision, Nanos{});
}

TEST(FlightHistory, TellsHowManyWereOverwritten) {
    const facts::History history = flight_with(capacity + 10)->history(exact);
    ASSERT_EQ(history.records.size(), capacity);
    EXPECT_EQ(history.overwritten, 10U);
    EXPECT_EQ(history.records.front().at, Nanos(10));
    EXPECT_EQ(history.records.back().at, Nanos(capacity + 9));
}

TEST(FlightHistory, JiffiesBecomeTimes) {
    const facts::History history = flight_with(3)->history({.tick = 4ms, .now = 100s, .jiffies = 1'000});
    EXPECT_EQ(history.records[2].at, 100s - 998 * 4ms);
    EXPECT_EQ(history.precision, 4ms);
}

TEST(FlightHistory, JiffiesAfterTheKnownInstantToo) {
    const facts::History history = flight_with(3)->history({.tick = 4ms, .now = 100s, .jiffies = 0});
    EXPECT_EQ(history.records[2].at, 100s + 8ms);
}

TEST(FlightHistory, ATimeOutOfReachIsLeftOut) {
    const auto flight = flight_with(3);
    flight->records[0].at_kind = UINT64_MAX << UW_FLIGHT_KIND_BITS | UW_FLIGHT_SEND;
    flight->records[1].at_kind = (UINT64_MAX >> 4U) << UW_FLIGHT_KIND_BITS | UW_FLIGHT_SEND;
    const facts::History history = flight->history({.tick = 4ms, .now = 100s, .jiffies = 1'000});
    ASSERT_EQ(history.records.size(), 1U);
    EXPECT_EQ(history.records[0].at, 100s - 998 * 4ms);
    EXPECT_TRUE(
        flight_with(3)->history({.tick = 4ms, .now = Nanos::min(), .jiffies = 1'000}).records.empty());
}

TEST(FlightHistory, AnUnknownKindIsLeftOut) {
    const auto flight = flight_with(2);
    flight->records[0].at_kind = 7;
    EXPECT_EQ(flight->history(exact).records.size(), 1U);
}

} // namespace
} // namespace unwedge::kernel
