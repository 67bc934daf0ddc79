// SPDX-License-Identifier: GPL-2.0-only
#include "provoke/schedule.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace unwedge::provoke {
namespace {

using namespace std::chrono_literals;

/// Between two stops an actor has eight times as long as it may be stopped, at most; on an average it stands
/// for a tenth of its time. It is not woken more often than every few milliseconds for the shortest.
constexpr int longest_gap = 8;
constexpr Nanos least_gap = 10ms;
/// A stop is a twentieth of the longest at least: less is what preemption does anyway.
constexpr int shortest_stop = 20;

/// Long enough for the scheduler to notice, short enough that nobody has the lowest priority for long.
constexpr Nanos least_pace = 200ms;
constexpr Nanos longest_pace = 1s;

/// Some of `cpus`, at least one: of any number of them as likely as of any other.
Cpus some_of(Cpus cpus, Dice &dice) {
    const int size = static_cast<int>(cpus.size());
    const int count = dice.number(1, size);
    for (int i = 0; i < count; ++i)
        std::swap(cpus[static_cast<std::size_t>(i)],
                  cpus[static_cast<std::size_t>(dice.number(i, size - 1))]);
    cpus.resize(static_cast<std::size_t>(count));
    std::ranges::sort(cpus);
    return cpus;
}

} // namespace

std::string text_of(const Step &step) {
    switch (step.deed) {
    case Deed::stop: return fmt::format("stop for {:.3f} ms", 1e3 * seconds(step.length));
    case Deed::renice: return fmt::format("nice {}", step.nice);
    case Deed::move: break;
    }
    return fmt::format("on CPUs {}", cpus_text(step.cpus));
}

Schedule::Schedule(const Spec &spec, std::uint64_t seed, std::string_view lineage)
    : longest_(spec.stops ? spec.stops->longest : Nanos{}),
      cpus_(spec.affinity), stops_{Dice(seed, lineage, "stop"), {}},
      renices_{Dice(seed, lineage, "nice"), {}}, moves_{Dice(seed, lineage, "affinity"), {}} {
    if (spec.stops)
        draw_stop();
    if (spec.nice)
        draw_renice();
    if (!spec.affinity.empty())
        draw_move();
}

void Schedule::draw_stop() {
    const Nanos unit = std::max(longest_, least_gap);
    const std::optional<Step> last = stops_.upcoming;
    // The first may come at once: a start is full of races.
    const Nanos gap = stops_.dice.length(last ? unit : Nanos{}, longest_gap * unit);
    stops_.upcoming = Step{.at = (last ? last->at + last->length : Nanos{}) + gap,
                           .deed = Deed::stop,
                           .length = stops_.dice.length(longest_ / shortest_stop, longest_)};
}

void Schedule::draw_renice() {
    const std::optional<Step> last = renices_.upcoming;
    renices_.upcoming = Step{.at = last ? last->at + renices_.dice.length(least_pace, longest_pace) : Nanos{},
                             .deed = Deed::renice,
                             .nice = renices_.dice.number(0, lowest_priority)};
}

void Schedule::draw_move() {
    const std::optional<Step> last = moves_.upcoming;
    moves_.upcoming = Step{.at = last ? last->at + moves_.dice.length(least_pace, longest_pace) : Nanos{},
                           .deed = Deed::move,
                           .cpus = some_of(cpus_, moves_.dice)};
}

std::optional<Step> Schedule::next() {
    const std::array rows{&stops_, &renices_, &moves_};
    Row *const soonest = *std::ranges::min_element(
        rows, {}, [](const Row *row) { return row->upcoming ? row->upcoming->at : Nanos::max(); });
    std::optional<Step> step = soonest->upcoming;
    if (!step)
        return std::nullopt;
    if (soonest == &stops_)
        draw_stop();
    else if (soonest == &renices_)
        draw_renice();
    else
        draw_move();
    return step;
}

} // namespace unwedge::provoke
