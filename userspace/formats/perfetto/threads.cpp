// SPDX-License-Identifier: GPL-2.0-only
#include "formats/perfetto/threads.h"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace unwedge::formats::perfetto {

namespace {

using facts::Pid;
using facts::Thread;
using facts::ThreadState;
using facts::WaitKind;

/// What two looks must agree on: "parked in epoll_wait", "running". "": unknown.
std::string doing(const Thread &thread) {
    const facts::Wait &wait = thread.wait;
    const std::string in = wait.call.empty() ? "" : " in " + wait.call;
    switch (thread.state) {
    case ThreadState::running: return "running";
    case ThreadState::uninterruptible: return "blocked" + in + ", uninterruptible";
    case ThreadState::stopped: return "stopped";
    case ThreadState::traced: return "stopped by a tracer";
    case ThreadState::frozen: return "frozen";
    case ThreadState::sleeping: break;
    case ThreadState::dead:
    case ThreadState::unknown: return "";
    }
    if (wait.kind == WaitKind::none) // it was just about to
        return "";
    if (wait.kind == WaitKind::unknown)
        return "asleep" + in;
    return (facts::is_readiness_wait(wait.kind) ? "parked" : "blocked") + in;
}

/// What looks running agreed on so far.
struct Spell {
    TrackId track = 0;
    std::size_t look = 0; ///< the last of them
    std::string doing;
    Nanos since{};
    Nanos until{};
    std::uint64_t switches = 0;  ///< as of the last of them
    std::uint64_t ran_between{}; ///< how often it left a CPU meanwhile
};

void flush(Trace &trace, const Spell &spell) {
    if (spell.doing.empty())
        return;
    Event event{.track = spell.track, .category = "state", .name = spell.doing};
    if (spell.until == spell.since)
        return trace.instant(spell.since, event);
    // It did so at each look, and something else in between: that is no unbroken sleep.
    if (spell.ran_between > 0)
        event.annotations.push_back({"switches_between_looks", spell.ran_between});
    trace.slice(spell.since, spell.until, event);
}

bool agree(const Spell &spell, const recording::Look &look, std::size_t number, const Thread &thread) {
    return spell.look + 1 == number && !look.after_rest && spell.doing == doing(thread);
}

/// Of looks that agree. Where the thread ran in between is told apart from where it did not.
void extend(Trace &trace, Spell &spell, const recording::Look &look, const Thread &thread) {
    const bool is_running = thread.state == ThreadState::running;
    const std::uint64_t ran = is_running ? 0 : thread.switches - std::min(spell.switches, thread.switches);
    if (spell.until > spell.since && (ran > 0) != (spell.ran_between > 0)) {
        flush(trace, spell);
        spell.since = spell.until;
        spell.ran_between = 0;
    }
    ++spell.look;
    spell.until = look.snapshot.at;
    spell.switches = thread.switches;
    spell.ran_between += ran;
}

} // namespace

void add_threads(const recording::Recording &recording, const Actors &actors, Trace &trace) {
    std::map<std::pair<Pid, Pid>, Spell> spells;
    const auto look_at = [&](const recording::Look &look, std::size_t number, Pid pid, const Thread &thread) {
        const auto [found, is_new] = spells.try_emplace({pid, thread.tid});
        Spell &spell = found->second;
        if (is_new)
            spell.track = trace.thread(actors.track(pid).value_or(0), pid, thread.tid);
        else if (agree(spell, look, number, thread))
            return extend(trace, spell, look, thread);
        else
            flush(trace, spell);
        spell = {spell.track, number, doing(thread), look.snapshot.at, look.snapshot.at, thread.switches};
    };
    for (std::size_t number = 0; number < recording.looks.size(); ++number)
        for (const auto &[pid, actor] : recording.looks[number].snapshot.actors)
            for (const Thread &thread : actor.threads)
                look_at(recording.looks[number], number, pid, thread);
    for (const auto &[key, spell] : spells)
        flush(trace, spell);
}

} // namespace unwedge::formats::perfetto
