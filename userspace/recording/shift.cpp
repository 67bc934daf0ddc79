// SPDX-License-Identifier: GPL-2.0-only
#include "recording/shift.h"

#include "recording/sql.h"

#include <algorithm>
#include <variant>

namespace unwedge::recording {
namespace {

/// Hostile times stay what a reader takes.
class Shift {
  public:
    explicit Shift(Nanos by) : by_(by) {}

    void operator()(Nanos &at) const { at = std::clamp(at + by_, Nanos(-longest_time), Nanos(longest_time)); }
    void operator()(std::optional<Nanos> &at) const {
        if (at)
            (*this)(*at);
    }

  private:
    Nanos by_;
};

void shift_event(facts::Event &event, const Shift &move) {
    std::visit(
        [&move](auto &one) {
            move(one.at);
            if constexpr (requires { one.since; })
                move(one.since);
        },
        event);
}

void shift_end(facts::End &end, const Shift &move) {
    for (std::optional<Nanos> *at :
         {&end.closed_since, &end.last_receive, &end.last_send, &end.last_arrival, &end.unread_since})
        move(*at);
}

void shift_doings(facts::Doings &doings, const Shift &move) {
    if (doings.first)
        move(doings.first->at);
    move(doings.last_deed);
    for (auto &[end, conversation] : doings.conversations) {
        move(conversation.asked);
        move(conversation.slipped);
    }
}

void shift_snapshot(facts::Snapshot &snapshot, const Shift &move) {
    move(snapshot.at);
    move(snapshot.last_loss);
    move(snapshot.receives_counted_since);
    for (auto &[pid, actor] : snapshot.actors) {
        move(actor.started);
        for (facts::CpuReading &reading : actor.earlier_cpu)
            move(reading.at);
        if (actor.doings)
            shift_doings(*actor.doings, move);
    }
    for (auto &[id, end] : snapshot.ends)
        shift_end(end, move);
    for (facts::Listener &listener : snapshot.listeners)
        move(listener.queued_since);
}

} // namespace

void shift(Recording &recording, Nanos by) {
    const Shift move(by);
    move(recording.meta.begin);
    move(recording.meta.end);
    for (facts::Event &event : recording.events)
        shift_event(event, move);
    for (Sample &sample : recording.samples)
        move(sample.at);
    for (auto &[pid, history] : recording.flight)
        for (facts::FlightRecord &record : history.records)
            move(record.at);
    for (Look &look : recording.looks)
        shift_snapshot(look.snapshot, move);
}

} // namespace unwedge::recording
