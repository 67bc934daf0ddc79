// SPDX-License-Identifier: GPL-2.0-only
#include "diagnosis/rules/rules.h"

#include <fmt/format.h>

#include <algorithm>

namespace unwedge::diagnosis::rules {
namespace {

std::string_view what_stopped_it(facts::ThreadState state) {
    switch (state) {
    case facts::ThreadState::traced: return "stopped by a tracer (ptrace)";
    case facts::ThreadState::frozen: return "frozen by its cgroup";
    default: return "stopped by a signal (SIGSTOP, SIGTSTP, SIGTTIN or SIGTTOU)";
    }
}

} // namespace

std::optional<Suspicion> stopped(const Scene &scene, const facts::Actor &actor,
                                 const std::vector<StalledEnd> &stalled) {
    if (!is_stopped(actor))
        return std::nullopt;
    const facts::Thread &held = *std::ranges::find_if(actor.threads, is_held);
    auto own = std::ranges::find(stalled, &actor, &StalledEnd::holder);
    Suspicion suspicion;
    if (own != stalled.end()) {
        suspicion = begin(scene, *own, Kind::stopped);
        suspicion.evidence.push_back(unread_evidence(scene, *own, suspicion));
    }
    suspicion.kind = Kind::stopped;
    suspicion.pid = actor.pid;
    suspicion.started = actor.started;
    if (own == stalled.end())
        suspicion.since = scene.now().at;
    suspicion.tid = held.tid;
    // What it sat in when it was stopped does not matter; whether any of its threads has run since does.
    suspicion.wait = facts::WaitKind::none;
    suspicion.switches = switches_of(actor);
    // A stopped thread's timers wait like the thread itself.
    suspicion.timer = {};
    suspicion.facts_known = true;
    suspicion.inferred = own == stalled.end();
    suspicion.evidence.push_back(
        {fmt::format("all its threads are {}", what_stopped_it(held.state)), scene.now().provenance.threads});
    return suspicion;
}

} // namespace unwedge::diagnosis::rules
