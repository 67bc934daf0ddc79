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
    const facts::Thread &main = actor.threads.front();
    auto own = std::ranges::find(stalled, &actor, &StalledEnd::holder);
    Suspicion suspicion;
    if (own != stalled.end())
        suspicion = begin(scene, *own, Kind::stopped);
    suspicion.kind = Kind::stopped;
    suspicion.pid = actor.pid;
    if (own == stalled.end())
        suspicion.since = scene.now().at;
    suspicion.tid = main.tid;
    suspicion.wait = main.wait.kind;
    suspicion.switches = main.switches;
    // A stopped thread's timers wait like the thread itself.
    suspicion.timer = {};
    suspicion.facts_known = true;
    suspicion.inferred = own == stalled.end();
    suspicion.evidence.push_back(
        {fmt::format("all its threads are {}", what_stopped_it(main.state)), "iter/task"});
    return suspicion;
}

} // namespace unwedge::diagnosis::rules
