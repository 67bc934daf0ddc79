// SPDX-License-Identifier: GPL-2.0-only
#include "formats/perfetto/conversation.h"

#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <ranges>
#include <set>
#include <utility>

namespace unwedge::formats::perfetto {

namespace {

using facts::EndId;
using facts::FlightKind;
using facts::FlightRecord;
using facts::Pid;

constexpr std::uint32_t most_told = (1U << 24U) - 1; ///< FlightRecord::amount can be that or more

struct Step {
    Nanos at{};
    bool takes = false; ///< sends come first where the clock does not tell: what is not there can't be taken
    std::uint64_t bytes = 0;
    RecordRef ref;
};

/// What went into one end's queue, and out of it, as far as flight records tell.
struct Tape {
    std::vector<Step> steps;
    std::set<Pid> actors; ///< whose records they are
};

using Tapes = std::map<EndId, Tape>;

Tapes tapes_of(const recording::Recording &recording, const Ends &ends) {
    Tapes tapes;
    for (const auto &[pid, history] : recording.flight)
        for (std::size_t i = 0; i < history.records.size(); ++i) {
            const FlightRecord &record = history.records[i];
            const bool takes = record.kind == FlightKind::receive;
            if ((!takes && record.kind != FlightKind::send) || record.amount == 0)
                continue;
            const KnownEnd *end = ends.by_low_bits(record.end);
            const EndId queue = !end ? 0 : takes ? end->last.id : end->last.peer;
            if (queue == 0)
                continue;
            Tape &tape = tapes[queue];
            tape.steps.push_back({record.at, takes, record.amount, {pid, i}});
            tape.actors.insert(pid);
        }
    return tapes;
}

/// Since when no record of these actors was overwritten.
Nanos complete_since(const recording::Recording &recording, const std::set<Pid> &actors) {
    Nanos since{};
    for (const Pid pid : actors) {
        const auto history = recording.flight.find(pid);
        if (history != recording.flight.end() && history->second.overwritten > 0)
            since =
                std::max(since, history->second.records.empty() ? recording.meta.end.value_or(Nanos::max())
                                                                : history->second.records.front().at);
    }
    return since;
}

struct Reading {
    Nanos at{};
    std::uint64_t unread = 0;
};

/// The last look that tells how much was unread there.
std::optional<Reading> last_reading(const recording::Recording &recording, EndId id) {
    for (const recording::Look &look : recording.looks | std::views::reverse) {
        const auto end = look.snapshot.ends.find(id);
        if (end == look.snapshot.ends.end())
            continue;
        if (const std::optional<std::uint64_t> &unread = end->second.unread)
            return Reading{look.snapshot.at, *unread};
    }
    return std::nullopt;
}

/// The bytes of the tape, which is in order, add up to what a look found.
bool adds_up(const std::vector<Step> &steps, const Reading &reading) {
    std::uint64_t queued = 0;
    for (const Step &step : steps) {
        if (step.at > reading.at)
            break;
        if (step.bytes >= most_told || (step.takes && step.bytes > queued))
            return false;
        queued = step.takes ? queued - step.bytes : queued + step.bytes;
    }
    return queued == reading.unread;
}

void deliver(const std::vector<Step> &steps, std::vector<Delivery> &found) {
    struct Queued {
        RecordRef send;
        std::uint64_t left = 0;
        bool is_untouched = true;
    };
    std::deque<Queued> queue;
    for (const Step &step : steps) {
        if (!step.takes) {
            queue.push_back({step.ref, step.bytes});
            continue;
        }
        for (std::uint64_t wanted = step.bytes; wanted > 0;) {
            if (queue.empty() || step.bytes >= most_told)
                return; // After the look that vouched for the tape, it no longer adds up.
            Queued &first = queue.front();
            if (std::exchange(first.is_untouched, false))
                found.push_back({first.send, step.ref});
            const std::uint64_t taken = std::min(wanted, first.left);
            wanted -= taken;
            first.left -= taken;
            if (first.left == 0)
                queue.pop_front();
        }
    }
}

} // namespace

std::vector<Delivery> deliveries(const recording::Recording &recording, const Ends &ends) {
    std::vector<Delivery> found;
    for (auto &[id, tape] : tapes_of(recording, ends)) {
        const auto reading = last_reading(recording, id);
        if (!reading)
            continue;
        std::set<Pid> actors = std::move(tape.actors);
        for (const EndId side : {id, ends.find(id)->last.peer})
            if (const KnownEnd *end = ends.find(side))
                for (const report::Holder &holder : end->holders)
                    actors.insert(holder.pid);
        const Nanos since = complete_since(recording, actors);
        std::erase_if(tape.steps, [since](const Step &step) { return step.at < since; });
        std::ranges::stable_sort(tape.steps, {},
                                 [](const Step &step) { return std::pair(step.at, step.takes); });
        if (adds_up(tape.steps, *reading))
            deliver(tape.steps, found);
    }
    return found;
}

} // namespace unwedge::formats::perfetto
