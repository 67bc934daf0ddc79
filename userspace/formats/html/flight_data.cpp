// SPDX-License-Identifier: GPL-2.0-only
#include "facts/names.h"
#include "formats/html/page_data.h"

namespace unwedge::formats::html {

namespace {

char letter_of(facts::FlightKind kind) {
    switch (kind) {
    case facts::FlightKind::receive: return 'r';
    case facts::FlightKind::send: return 's';
    case facts::FlightKind::unpark: return 'u';
    case facts::FlightKind::state: return 't';
    }
    return '?';
}

using ByLowBits = std::map<std::uint32_t, std::size_t>;

ByLowBits ends_by_low_bits(const Digest &digest) {
    ByLowBits numbers;
    for (const auto &[id, number] : digest.end_numbers)
        numbers.emplace(static_cast<std::uint32_t>(id), number);
    return numbers;
}

Json number_of(const ByLowBits &ends, std::uint32_t low_bits) {
    const auto found = ends.find(low_bits);
    return found == ends.end() ? Json(nullptr) : Json(found->second);
}

Json history_json(const Digest &digest, const facts::History &history, const ByLowBits &ends) {
    Json steps = Json::array();
    Json held = Json::array();
    Json amounts = Json::array();
    std::string kinds;
    Nanos before = digest.recording.meta.begin;
    for (const facts::FlightRecord &record : history.records) {
        steps.push_back((record.at - before).count());
        before = record.at;
        kinds += letter_of(record.kind);
        held.push_back(number_of(ends, record.end));
        amounts.push_back(record.amount);
    }
    return {{"steps", std::move(steps)},
            {"kinds", std::move(kinds)},
            {"ends", std::move(held)},
            {"amounts", std::move(amounts)},
            {"overwritten", history.overwritten},
            {"precision", history.precision.count()}};
}

} // namespace

Json flight_json(const Digest &digest) {
    const ByLowBits ends = ends_by_low_bits(digest);
    Json flight = Json::object();
    for (const auto &[pid, history] : digest.recording.flight)
        flight[std::to_string(pid)] = history_json(digest, history, ends);
    return flight;
}

} // namespace unwedge::formats::html
