// SPDX-License-Identifier: GPL-2.0-only
#include "formats/html/page_data.h"
#include "report/shell.h"
#include "report/sitting.h"
#include "util/units.h"

#include <fmt/format.h>

#include <set>
#include <string>
#include <utility>

namespace unwedge::formats::html {

namespace {

using facts::Actor;
using facts::Pid;

constexpr std::size_t most_words = 400; ///< bytes of a command line in the table of events
constexpr std::size_t most_command = 8192;

std::string cut(std::string text, std::size_t most) {
    if (text.size() > most) {
        text.resize(most);
        while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xC0) == 0x80)
            text.pop_back();
        if (!text.empty() && static_cast<unsigned char>(text.back()) >= 0xC0)
            text.pop_back();
        text += "…";
    }
    return text;
}

/// A process may end and its pid be given to another one of the tree.
struct Life {
    std::optional<Nanos> from; ///< nullopt: it was there before the recording began
    std::optional<Nanos> to;   ///< nullopt: it was there when the recording ended
};

/// What is known of one pid, by whatever told of it.
struct Traces {
    std::vector<Life> lives;
    std::string comm;
    std::vector<std::string> argv;
    Pid parent = 0;
    std::optional<int> status;
};

using TracesByPid = std::map<Pid, Traces>;

struct TraceReader {
    TracesByPid &traces;

    void operator()(const facts::Forked &event) const {
        Traces &child = traces[event.child];
        child.lives.push_back({event.at, std::nullopt});
        child.comm = event.comm;
        child.parent = event.parent;
        child.status.reset();
    }
    void operator()(const facts::Executed &event) const {
        Traces &actor = traces[event.pid];
        actor.comm = event.comm;
        actor.argv = event.argv;
    }
    void operator()(const facts::Exited &event) const {
        Traces &actor = traces[event.pid];
        if (actor.lives.empty())
            actor.lives.emplace_back();
        if (!actor.lives.back().to)
            actor.lives.back().to = event.at;
        actor.status = event.status;
    }
    void operator()(const facts::StallBegan & /*event*/) const {}
    void operator()(const facts::StallEnded & /*event*/) const {}
};

void add_seen(const Digest &digest, Traces &traces, const Actor &actor) {
    if (traces.lives.empty())
        traces.lives.push_back(
            {actor.started > digest.recording.meta.begin ? std::optional(actor.started) : std::nullopt, {}});
    if (actor.exited && !traces.lives.back().to)
        traces.lives.back().to = digest.known.at;
}

TracesByPid traces_of(const Digest &digest) {
    TracesByPid traces;
    for (const facts::Event &event : digest.recording.events)
        std::visit(TraceReader{traces}, event);
    for (const auto &[pid, actor] : digest.known.actors)
        add_seen(digest, traces[pid], actor);
    for (const auto &[pid, history] : digest.recording.flight)
        if (traces[pid].lives.empty())
            traces[pid].lives.emplace_back();
    return traces;
}

Json lives_json(const Digest &digest, const std::vector<Life> &lives) {
    Json told = Json::array();
    for (const Life &life : lives)
        told.push_back({time_json(digest, life.from), time_json(digest, life.to)});
    return told;
}

Actor from_traces(Pid pid, const Traces &traces) {
    Actor actor;
    actor.pid = pid;
    actor.ppid = traces.parent;
    actor.comm = actor.name = traces.comm;
    actor.argv = traces.argv;
    actor.exited = !traces.lives.empty() && traces.lives.back().to.has_value();
    actor.exit_status = traces.status;
    return actor;
}

std::string_view part_of(const report::Cast &cast, Pid pid) {
    if (cast.culprit(pid))
        return "culprit";
    if (cast.suspect(pid))
        return "suspect";
    if (cast.victim(pid))
        return "victim";
    for (const diagnosis::Verdict *past : cast.past)
        if (past->pid == pid)
            return "past";
    return "";
}

/// What it does, of an actor that the last look had.
std::string sits_of(const Digest &digest, const Actor &actor) {
    if (actor.exited)
        return report::exit_text(actor);
    return digest.last.snapshot.actors.contains(actor.pid) ? report::sits_in(digest.last, actor) : "";
}

Json health_of(const Digest &digest, const Actor &actor) {
    if (actor.exited)
        return name(diagnosis::Health::dead);
    const auto &health = digest.last.diagnosis.health;
    const auto found = health.find(actor.pid);
    return found == health.end() ? Json(nullptr) : Json(name(found->second));
}

Json actor_json(const Digest &digest, const Actor &actor, const Traces &traces) {
    return {{"pid", actor.pid},
            {"ppid", actor.ppid},
            {"name", text_json(cut(report::name_of(actor), most_words))},
            {"part", part_of(digest.cast, actor.pid)},
            {"profile", actor.profile ? text_json(*actor.profile) : Json(nullptr)},
            {"command", text_json(cut(report::shell_text(actor.argv), most_command))},
            {"comm", text_json(actor.comm)},
            {"health", health_of(digest, actor)},
            {"sits", text_json(sits_of(digest, actor))},
            {"cpu", actor.cpu ? Json(actor.cpu->count()) : Json(nullptr)},
            {"threads", actor.threads.size()},
            {"turns", nullable_json(actor.loop_turns)},
            {"lives", lives_json(digest, traces.lives)}};
}

struct EventTeller {
    const Digest &digest;

    Json operator()(const facts::Forked &event) const {
        return {digest.since_begin(event.at), "forked", event.child, nullptr,
                text_json(fmt::format("by pid {}, as {}", event.parent, event.comm))};
    }
    Json operator()(const facts::Executed &event) const {
        std::string command = cut(report::shell_text(event.argv), most_words);
        if (!event.argv_whole)
            command += " …";
        return {digest.since_begin(event.at), "executed", event.pid, nullptr, text_json(command)};
    }
    Json operator()(const facts::Exited &event) const {
        Actor gone;
        gone.exit_status = event.status;
        return {digest.since_begin(event.at), "exited", event.pid, nullptr, report::exit_text(gone)};
    }
    Json operator()(const facts::StallBegan &event) const {
        return {digest.since_begin(event.at), "stall began", nullptr, digest.end_number(event.end),
                fmt::format("{} unread, nothing consumed for {}", bytes_text(event.unread),
                            duration_text(event.at - event.since))};
    }
    Json operator()(const facts::StallEnded &event) const {
        return {digest.since_begin(event.at), "stall ended", nullptr, digest.end_number(event.end),
                fmt::format("consumed after {}", duration_text(event.at - event.since))};
    }
};

} // namespace

Json actors_json(const Digest &digest) {
    Json actors = Json::array();
    for (const auto &[pid, traces] : traces_of(digest)) {
        const auto seen = digest.known.actors.find(pid);
        actors.push_back(seen == digest.known.actors.end()
                             ? actor_json(digest, from_traces(pid, traces), traces)
                             : actor_json(digest, seen->second, traces));
    }
    return actors;
}

Json events_json(const Digest &digest) {
    Json events = Json::array();
    for (const facts::Event &event : digest.recording.events)
        events.push_back(std::visit(EventTeller{digest}, event));
    return events;
}

} // namespace unwedge::formats::html
