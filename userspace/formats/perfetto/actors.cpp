// SPDX-License-Identifier: GPL-2.0-only
#include "formats/perfetto/actors.h"

#include "facts/actor_name.h"
#include "report/cast.h"
#include "report/sitting.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <variant>

namespace unwedge::formats::perfetto {

namespace {

using facts::Executed;
using facts::Exited;
using facts::Forked;
using facts::Pid;

/// Of one use of a pid.
struct Life {
    Nanos begin{};
    std::optional<Nanos> end; ///< nullopt: it lives
    bool fork_seen = false;
    bool exit_seen = false;
    std::optional<Pid> parent;
    std::optional<int> status; ///< as wait(2) tells it
};

struct Biography {
    const facts::Actor *seen = nullptr; ///< at the last look that has it
    std::string comm;
    std::vector<std::string> argv; ///< of its last exec
    std::vector<Life> lives;
    std::vector<const Executed *> execs;
};

using Biographies = std::map<Pid, Biography>;

bool lives(const Biography &one) {
    return !one.lives.empty() && !one.lives.back().end;
}

void end_life(Biography &one, Nanos at) {
    if (lives(one))
        one.lives.back().end = std::max(at, one.lives.back().begin);
}

/// It is there at that time, however it came to be.
void note_alive(Biography &one, Nanos at) {
    if (one.lives.empty())
        one.lives.push_back({.begin = at});
}

void tell(Biographies &all, const Forked &forked) {
    Biography &one = all[forked.child];
    end_life(one, forked.at); // The pid is used again, so its exit was missed.
    one.lives.push_back({.begin = forked.at, .fork_seen = true, .parent = forked.parent});
    one.comm = forked.comm;
}

void tell(Biographies &all, const Executed &executed) {
    Biography &one = all[executed.pid];
    note_alive(one, executed.at);
    one.comm = executed.comm;
    one.argv = executed.argv;
    one.execs.push_back(&executed);
}

void tell(Biographies &all, const Exited &exited) {
    Biography &one = all[exited.pid];
    note_alive(one, exited.at);
    Life &life = one.lives.back();
    if (!life.end)
        life.end = std::max(exited.at, life.begin);
    life.exit_seen = true;
    if (exited.status)
        life.status = exited.status;
}

template <typename Stall>
void tell(Biographies &, const Stall &) {}

/// A life whose fork was not seen began when /proc says, or when it was first seen.
void date_back(Biography &one, Nanos first_seen, Nanos watched_since) {
    Life &life = one.lives.front();
    if (life.fork_seen)
        return;
    life.begin = std::min(life.begin, first_seen);
    const Nanos started = one.seen ? one.seen->started : Nanos{};
    if (started > Nanos{} && started < life.begin)
        life.begin = std::max(started, watched_since);
}

void tell_of_looks(Biographies &all, const recording::Recording &recording) {
    std::map<Pid, Nanos> first_seen;
    for (const recording::Look &look : recording.looks)
        for (const auto &[pid, actor] : look.snapshot.actors) {
            Biography &one = all[pid];
            one.seen = &actor;
            note_alive(one, look.snapshot.at);
            if (!actor.exited)
                first_seen.emplace(pid, look.snapshot.at);
            else if (lives(one) && one.lives.back().begin <= look.snapshot.at)
                end_life(one, look.snapshot.at);
        }
    for (const auto &[pid, history] : recording.flight)
        if (!history.records.empty()) {
            note_alive(all[pid], history.records.front().at);
            first_seen.try_emplace(pid, history.records.front().at);
        }
    for (auto &[pid, one] : all) {
        const auto seen = first_seen.find(pid);
        if (!one.lives.empty())
            date_back(one, seen == first_seen.end() ? one.lives.front().begin : seen->second,
                      recording.meta.begin);
    }
}

Biographies biographies_of(const recording::Recording &recording) {
    Biographies all;
    for (const facts::Event &event : recording.events)
        std::visit([&all](const auto &one) { tell(all, one); }, event);
    tell_of_looks(all, recording);
    return all;
}

std::string name_of(const Biography &one) {
    if (one.seen)
        return report::name_of(*one.seen);
    return facts::actor_name(one.argv, one.comm);
}

std::string exit_text(std::optional<int> status) {
    facts::Actor actor;
    actor.exited = true;
    actor.exit_status = status;
    return report::exit_text(actor);
}

void add_life(Trace &trace, TrackId track, const Life &life, const std::string &name) {
    Event event{.track = track, .category = "life", .name = name};
    if (life.parent)
        event.annotations.push_back({"parent_pid", std::int64_t{*life.parent}});
    if (!life.fork_seen)
        event.annotations.push_back({"fork", "not seen"});
    if (life.end)
        event.annotations.push_back({"exit", life.exit_seen ? exit_text(life.status) : "not seen"});
    trace.slice(life.begin, life.end, event);
}

void add_exec(Trace &trace, TrackId track, const Executed &executed) {
    Event event{.track = track,
                .category = "life",
                .name = "exec " + facts::actor_name(executed.argv, executed.comm),
                .annotations = {{"argv", executed.argv}}};
    if (!executed.argv_whole)
        event.annotations.push_back({"argv_whole", "no"});
    trace.instant(executed.at, event);
}

} // namespace

Actors::Actors(const recording::Recording &recording, Trace &trace) {
    for (const auto &[pid, one] : biographies_of(recording)) {
        const bool is_dated = one.seen && one.seen->started > Nanos{};
        const std::string name = name_of(one);
        const TrackId track =
            trace.process(pid, name, one.seen && !one.seen->argv.empty() ? one.seen->argv : one.argv,
                          is_dated ? std::optional(one.seen->started) : std::nullopt);
        entries_.emplace(pid, Entry{track, name});
        for (const Life &life : one.lives)
            add_life(trace, track, life, name);
        for (const Executed *executed : one.execs)
            add_exec(trace, track, *executed);
    }
}

std::optional<TrackId> Actors::track(Pid pid) const {
    const auto found = entries_.find(pid);
    return found == entries_.end() ? std::nullopt : std::optional(found->second.track);
}

std::string Actors::who(Pid pid) const {
    const auto found = entries_.find(pid);
    return found == entries_.end() ? fmt::format("pid {}", pid)
                                   : fmt::format("{} (pid {})", found->second.name, pid);
}

} // namespace unwedge::formats::perfetto
