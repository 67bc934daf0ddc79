// SPDX-License-Identifier: GPL-2.0-only
#include "formats/perfetto/run.h"

#include "report/text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>
#include <variant>

namespace unwedge::formats::perfetto {

namespace {

using recording::Look;
using recording::Recording;
using recording::Sample;

std::string_view name(diagnosis::Outlook outlook) {
    switch (outlook) {
    case diagnosis::Outlook::more_looks: return "more_looks";
    case diagnosis::Outlook::last_look: return "last_look";
    case diagnosis::Outlook::time_is_up: return "time_is_up";
    }
    return "";
}

Event run_event(const recording::Meta &meta, TrackId track) {
    Event event{.track = track, .category = "run", .name = "run"};
    if (meta.command)
        event.name = fmt::format("{}", fmt::join(meta.command->argv, " "));
    std::vector<std::string> hooks;
    hooks.reserve(meta.hooks.size());
    for (const auto &[hook, mechanism] : meta.hooks)
        hooks.push_back(fmt::format("{}: {}", hook, mechanism));
    event.annotations = {{"host", meta.host},
                         {"kernel", meta.kernel},
                         {"unwedge", meta.version},
                         {"tier", meta.tier},
                         {"hooks", std::move(hooks)}};
    if (meta.level)
        event.annotations.push_back({"level", *meta.level});
    if (!meta.end)
        event.annotations.push_back({"recording", "cut off"});
    return event;
}

Event look_event(const Look &look, TrackId track) {
    Event event{.track = track, .category = "look", .name = "look"};
    event.annotations = {{"outlook", std::string(name(look.outlook))},
                         {"wedged", look.diagnosis.wedged() ? "yes" : "no"}};
    if (look.after_rest)
        event.annotations.push_back({"after_rest", "yes"});
    if (look.ended)
        event.annotations.push_back({"command", "ended"});
    if (const std::string losses = report::losses_text(look.snapshot); !losses.empty())
        event.annotations.push_back({"losses", losses});
    if (!look.snapshot.hidden.empty())
        event.annotations.push_back({"hidden", look.snapshot.hidden});
    return event;
}

void add_samples(const std::vector<Sample> &samples, Trace &trace) {
    if (samples.empty())
        return;
    const TrackId sweeps = trace.track(0, "sweeps");
    for (const auto &[name, number] :
         {std::pair("actors", &Sample::actors), std::pair("ends", &Sample::ends),
          std::pair("unread ends", &Sample::unread), std::pair("stalled ends", &Sample::stalled)}) {
        const TrackId counter = trace.counter(sweeps, name, Unit::count);
        for (const Sample &sample : samples)
            trace.count(sample.at, counter, sample.*number);
    }
}

} // namespace

Nanos end_of(const Recording &recording) {
    if (recording.meta.end)
        return *recording.meta.end;
    Nanos end = recording.meta.begin;
    for (const facts::Event &event : recording.events)
        end = std::max(end, std::visit([](const auto &one) { return one.at; }, event));
    for (const Look &look : recording.looks)
        end = std::max(end, look.snapshot.at);
    for (const auto &[pid, history] : recording.flight)
        for (const facts::FlightRecord &record : history.records)
            end = std::max(end, record.at);
    for (const Sample &sample : recording.samples)
        end = std::max(end, sample.at);
    return end;
}

TrackId add_run(const Recording &recording, Trace &trace) {
    const TrackId run = trace.track(0, "run");
    trace.slice(recording.meta.begin, end_of(recording), run_event(recording.meta, run));
    if (!recording.looks.empty()) {
        const TrackId looks = trace.track(run, "looks");
        for (const Look &look : recording.looks)
            trace.instant(look.snapshot.at, look_event(look, looks));
    }
    add_samples(recording.samples, trace);
    return run;
}

} // namespace unwedge::formats::perfetto
