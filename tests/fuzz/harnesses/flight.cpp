// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/flight.h"

#include "feed.h"
#include "harness.h"

#include <array>
#include <memory>

namespace unwedge::fuzz {
namespace {

kernel::FlightClock clock_from(Feed &feed) {
    using std::chrono::milliseconds;
    return {.tick = feed.one_of<Nanos>({Nanos(0), milliseconds(1), milliseconds(4), milliseconds(10)}),
            .now = Nanos(feed.value<std::int64_t>()),
            .jiffies = feed.value<std::uint64_t>()};
}

constexpr std::size_t capacity = 256;

/// As it lies in the map.
struct Flight {
    uw_flight flight;
    std::array<uw_flight_record, capacity> records;
};

void check(std::string_view input) {
    Feed feed(input);
    const kernel::FlightClock clock = clock_from(feed);
    const auto flight = std::make_unique<Flight>(feed.value<Flight>());
    const facts::History history = kernel::history_of(flight->flight, capacity, clock);
    require(history.records.size() <= capacity, "a recording has so many records at most");
    require(history.overwritten + history.records.size() <= flight->flight.next,
            "no record is told that was not written");
    require(history.precision == clock.tick, "times are as precise as their clock");
    for (const facts::FlightRecord &record : history.records)
        require(clock.tick > Nanos(0) || record.at >= Nanos(0), "no time is before the clock's beginning");
}

const Registered registered({.name = "flight", .check = check});

} // namespace
} // namespace unwedge::fuzz
