// SPDX-License-Identifier: GPL-2.0-only
#include "formats/perfetto/verdicts.h"

#include <fmt/format.h>

#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

namespace unwedge::formats::perfetto {

namespace {

using diagnosis::Note;
using diagnosis::Verdict;
using facts::ChannelId;
using facts::Pid;

using VerdictKey = std::tuple<Pid, diagnosis::Role, diagnosis::Kind, std::optional<ChannelId>, Nanos>;
using Standing = std::pair<diagnosis::Confidence, diagnosis::State>;
using NoteKey = std::tuple<std::optional<Pid>, diagnosis::NoteKind, std::optional<ChannelId>>;

/// What was told of before.
struct Told {
    std::map<VerdictKey, Standing> verdicts;
    std::set<NoteKey> notes;
};

std::vector<std::string> evidence_of(const Verdict &verdict) {
    std::vector<std::string> lines;
    lines.reserve(verdict.evidence.size());
    for (const diagnosis::Evidence &evidence : verdict.evidence)
        lines.push_back(fmt::format("{} ({})", evidence.fact, evidence.source));
    return lines;
}

Event event_of(const Verdict &verdict, const Actors &actors, TrackId track) {
    Event event{.track = track, .category = "verdict"};
    event.name = fmt::format("{}: {}, {}", name(verdict.role), name(verdict.kind), name(verdict.state));
    event.annotations = {{"kind", std::string(name(verdict.kind))},
                         {"role", std::string(name(verdict.role))},
                         {"confidence", std::string(name(verdict.confidence))},
                         {"state", std::string(name(verdict.state))},
                         {"since_ns", std::int64_t{verdict.since.count()}}};
    if (verdict.channel)
        event.annotations.push_back({"channel", *verdict.channel});
    if (verdict.blocked_on)
        event.annotations.push_back({"blocked_on", std::string(name(*verdict.blocked_on))});
    if (verdict.blocked_by)
        event.annotations.push_back({"blocked_by", std::int64_t{*verdict.blocked_by}});
    if (verdict.thread)
        event.annotations.push_back({"thread", std::int64_t{*verdict.thread}});
    if (verdict.waits_on)
        event.annotations.push_back({"waits_on", actors.who(*verdict.waits_on)});
    if (verdict.final_blocker)
        event.annotations.push_back({"final_blocker", actors.who(*verdict.final_blocker)});
    event.annotations.push_back({"evidence", evidence_of(verdict)});
    event.annotations.push_back({"fingerprint", verdict.fingerprint});
    return event;
}

void add(Trace &trace, const Actors &actors, Told &told, const Verdict &verdict, Nanos at) {
    const auto track = actors.track(verdict.pid);
    const Standing standing{verdict.confidence, verdict.state};
    const auto [before, is_new] = told.verdicts.try_emplace(
        {verdict.pid, verdict.role, verdict.kind, verdict.channel, verdict.since}, standing);
    if (!track || (!is_new && std::exchange(before->second, standing) == standing))
        return;
    trace.instant(verdict.state == diagnosis::State::confirmed ? at : verdict.until,
                  event_of(verdict, actors, *track));
}

void add(Trace &trace, const Actors &actors, TrackId run, Told &told, const Note &note, Nanos at) {
    if (!told.notes.emplace(note.pid, note.kind, note.channel).second)
        return;
    Event event{.track = note.pid ? actors.track(*note.pid).value_or(run) : run,
                .category = "note",
                .name = fmt::format("note: {}", name(note.kind)),
                .annotations = {{"text", note.text}}};
    if (note.channel)
        event.annotations.push_back({"channel", *note.channel});
    trace.instant(at, event);
}

} // namespace

void add_verdicts(const recording::Recording &recording, const Actors &actors, TrackId run, Trace &trace) {
    Told told;
    for (const recording::Look &look : recording.looks) {
        for (const Verdict &verdict : look.diagnosis.verdicts)
            add(trace, actors, told, verdict, look.snapshot.at);
        for (const Note &note : look.diagnosis.notes)
            add(trace, actors, run, told, note, look.snapshot.at);
    }
}

} // namespace unwedge::formats::perfetto
