// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/flight.h"

#include <atomic>
#include <optional>
#include <span>
#include <vector>

namespace unwedge::kernel {
namespace {

/// nullopt: no time that this clock can have told, so the record was torn.
std::optional<Nanos> time_of(std::uint64_t at, const FlightClock &clock) {
    if (clock.tick == Nanos{})
        return Nanos(at);
    std::int64_t age = 0;
    std::int64_t time = 0;
    if (__builtin_mul_overflow(clock.tick.count(), static_cast<std::int64_t>(clock.jiffies - at), &age) ||
        __builtin_sub_overflow(clock.now.count(), age, &time))
        return std::nullopt;
    return Nanos(time);
}

std::optional<facts::FlightKind> kind_of(const uw_flight_record &record) {
    switch (record.at_kind & ((1U << UW_FLIGHT_KIND_BITS) - 1)) {
    case UW_FLIGHT_RECEIVE: return facts::FlightKind::receive;
    case UW_FLIGHT_SEND: return facts::FlightKind::send;
    case UW_FLIGHT_UNPARK: return facts::FlightKind::unpark;
    case UW_FLIGHT_STATE: return facts::FlightKind::state;
    default: return std::nullopt;
    }
}

/// Number of the oldest record that is still there.
std::uint64_t oldest(std::uint64_t next, std::size_t capacity) {
    return next > capacity ? next - capacity : 0;
}

} // namespace

facts::History history_of(const uw_flight &flight, std::size_t capacity, const FlightClock &clock) {
    const __u64 next = __atomic_load_n(&flight.next, __ATOMIC_ACQUIRE);
    const std::span live(reinterpret_cast<const uw_flight_record *>(&flight + 1), capacity);
    const std::vector<uw_flight_record> records(live.begin(), live.end());
    std::atomic_thread_fence(std::memory_order_acquire);
    const std::uint64_t first = oldest(__atomic_load_n(&flight.next, __ATOMIC_RELAXED), capacity);

    facts::History history{.records = {}, .overwritten = first, .precision = clock.tick};
    for (std::uint64_t i = first; i < next; ++i) {
        const uw_flight_record &record = records[i % capacity];
        const auto kind = kind_of(record);
        const auto at = time_of(record.at_kind >> UW_FLIGHT_KIND_BITS, clock);
        if (kind && at)
            history.records.push_back({*at, *kind, record.end, record.amount});
    }
    return history;
}

} // namespace unwedge::kernel
