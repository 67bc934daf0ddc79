// SPDX-License-Identifier: GPL-2.0-only
#include "cli/provocations.h"

#include "util/duration.h"
#include "util/units.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <optional>
#include <string>

namespace unwedge::cli {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view all_words =
    "cpu=N[@CPUS], pin[=CPUS], nice, affinity, stop[=NAME-GLOB][:TIME] or all";
constexpr unsigned most_busy_processes = 256;
constexpr Nanos usual_longest_stop = 50ms;
constexpr Nanos shortest_longest_stop = 1ms;
constexpr Nanos longest_longest_stop = 10s;
/// Two stops and what lies between are still far from a stall.
constexpr int stops_in_a_stall = 4;

Error wrong(std::string message) {
    return {std::move(message), EINVAL};
}

/// A word, and what follows its '='.
struct Part {
    std::string_view word;
    std::optional<std::string_view> value;
};

Part next_part(std::string_view &text) {
    const std::string_view part = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), part.size() + 1));
    const std::size_t equals = part.find('=');
    if (equals == std::string_view::npos)
        return {part, {}};
    return {part.substr(0, equals), part.substr(equals + 1)};
}

/// Of the CPUs that there are.
Result<provoke::Cpus> take_cpus(std::string_view text, const provoke::Cpus &allowed) {
    const std::optional<provoke::Cpus> cpus = provoke::parse_cpus(text);
    if (!cpus)
        return wrong(fmt::format("'{}' names no CPUs like 0, 0-3, 0-1+6", text));
    if (!std::ranges::includes(allowed, *cpus))
        return wrong(fmt::format("CPUs {} are not all among those that may be used: {}", text,
                                 provoke::cpus_text(allowed)));
    return *cpus;
}

Result<void> take_load(const Part &part, const provoke::Cpus &allowed, provoke::Spec &spec) {
    const std::string_view value = part.value.value_or("");
    const std::size_t at = value.find('@');
    const std::string_view number = value.substr(0, at);
    provoke::Load load;
    const char *end = number.data() + number.size();
    const auto [next, error] = std::from_chars(number.data(), end, load.count);
    if (error != std::errc() || next != end || load.count < 1 || load.count > most_busy_processes)
        return wrong(fmt::format("cpu takes a number of processes from 1 to {}, as in cpu=2 or cpu=2@0-1",
                                 most_busy_processes));
    if (at != std::string_view::npos) {
        Result<provoke::Cpus> cpus = take_cpus(value.substr(at + 1), allowed);
        if (!cpus)
            return cpus.error();
        load.cpus = std::move(*cpus);
    }
    spec.load = std::move(load);
    return {};
}

Result<void> take_pin(const Part &part, const provoke::Cpus &allowed, provoke::Spec &spec) {
    if (!part.value) {
        spec.pin.assign(allowed.begin(), allowed.begin() + (allowed.empty() ? 0 : 1));
        return {};
    }
    Result<provoke::Cpus> cpus = take_cpus(*part.value, allowed);
    if (!cpus)
        return cpus.error();
    spec.pin = std::move(*cpus);
    return {};
}

Result<void> take_stops(const Part &part, provoke::Spec &spec) {
    provoke::Stops stops;
    std::string_view word = part.word;
    std::string_view value = part.value.value_or("");
    std::string_view &last = part.value ? value : word;
    const std::size_t colon = last.rfind(':');
    if (colon != std::string_view::npos) {
        const std::string_view text = last.substr(colon + 1);
        const std::optional<Nanos> longest = parse_duration(text);
        if (!longest || *longest < shortest_longest_stop || *longest > longest_longest_stop)
            return wrong(fmt::format("stop: '{}' is no length of time from 1ms to 10s", text));
        stops.longest = *longest;
        last = last.substr(0, colon);
    }
    if (part.value && value.empty())
        return wrong("stop= takes names, as in stop=worker* or stop=worker*:20ms");
    stops.names = std::string(value);
    spec.stops = std::move(stops);
    return {};
}

/// A mixture that most programs bear.
void take_all(const provoke::Cpus &allowed, provoke::Spec &spec) {
    const auto one_for_each = static_cast<unsigned>(std::max<std::size_t>(1, allowed.size()));
    spec.load = provoke::Load{.count = std::min(one_for_each, most_busy_processes), .cpus = {}};
    spec.nice = true;
    spec.affinity = allowed;
    spec.stops.emplace();
}

Result<void> take(const Part &part, const provoke::Cpus &allowed, provoke::Spec &spec) {
    if (part.word == "stop" || (!part.value && part.word.starts_with("stop:")))
        return take_stops(part, spec);
    if (part.word == "cpu")
        return take_load(part, allowed, spec);
    if (part.word == "pin")
        return take_pin(part, allowed, spec);
    const bool alone = !part.value;
    if (alone && part.word == "nice")
        spec.nice = true;
    else if (alone && part.word == "affinity")
        spec.affinity = allowed;
    else if (alone && part.word == "all")
        take_all(allowed, spec);
    else
        return wrong(fmt::format("'{}{}' is not {}", part.word, alone ? "" : "=...", all_words));
    return {};
}

} // namespace

Result<provoke::Spec> parse_provocations(std::string_view text, const provoke::Cpus &allowed) {
    provoke::Spec spec;
    spec.text = std::string(text);
    if (text.empty() || text.back() == ',')
        return wrong(fmt::format("a part is wanted: {}", all_words));
    while (!text.empty())
        if (Result<void> done = take(next_part(text), allowed, spec); !done)
            return done.error();
    // What is moved about stays where the tree is.
    if (!spec.affinity.empty() && !spec.pin.empty())
        spec.affinity = spec.pin;
    return spec;
}

Result<void> limit_stops(provoke::Spec &spec, Nanos stall_after) {
    if (!spec.stops)
        return {};
    const Nanos most = stall_after / stops_in_a_stall;
    if (spec.stops->longest > most)
        return wrong(fmt::format("stop: {} is too long: at most a quarter of --stall-after, {}",
                                 duration_text(spec.stops->longest), duration_text(most)));
    if (spec.stops->longest == Nanos{})
        spec.stops->longest = std::min(usual_longest_stop, most);
    return {};
}

} // namespace unwedge::cli
