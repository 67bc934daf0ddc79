// SPDX-License-Identifier: GPL-2.0-only
#include "diagnosis/rules/rules.h"

#include "util/units.h"

#include <fmt/format.h>

namespace unwedge::diagnosis::rules {
namespace {

/// Wanted a CPU at both looks, and its actor got next to nothing of one in between. Most of the time a thread
/// is not charged with its waiting for a CPU before it gets one: then it has not switched either.
bool got_no_cpu(const Scene &scene, const facts::Actor &actor, const facts::Thread &thread) {
    const facts::Thread *then = scene.before(actor, thread);
    const std::optional<Nanos> window = scene.window();
    if (!then || !window || thread.state != facts::ThreadState::running ||
        then->state != facts::ThreadState::running)
        return false;
    const Nanos waited = thread.run_delay.value_or(Nanos{}) - then->run_delay.value_or(Nanos{});
    const Nanos used = actor.cpu.value_or(Nanos{}) - scene.before(actor)->cpu.value_or(Nanos{});
    return seconds(used) < scene.policy().busy_share * seconds(*window) &&
           (thread.switches == then->switches || 2 * waited >= *window);
}

/// Its cgroup, where that was throttled between the looks.
std::optional<Evidence> throttling(const Scene &scene, const facts::Actor &actor) {
    const facts::Actor *then = scene.before(actor);
    if (!actor.cpu_limit || !then || !then->cpu_limit ||
        actor.cpu_limit->throttled <= then->cpu_limit->throttled)
        return std::nullopt;
    const facts::CpuLimit &limit = *actor.cpu_limit;
    return Evidence{
        fmt::format("its cgroup {} may use {} of CPU time in {}, and was throttled {} times in the last {}",
                    limit.cgroup, duration_text(limit.quota), duration_text(limit.period),
                    limit.throttled - then->cpu_limit->throttled,
                    duration_text(scene.window().value_or(Nanos{}))),
        "cpu.stat"};
}

} // namespace

std::optional<Suspicion> starved(const Scene &scene, const StalledEnd &stalled) {
    const facts::Thread &loop = *stalled.loop;
    if (!got_no_cpu(scene, *stalled.holder, loop))
        return std::nullopt;
    Suspicion suspicion = begin(scene, stalled, Kind::starved);
    suspicion.timer = {};
    suspicion.wait = facts::WaitKind::none;
    suspicion.facts_known = true;
    suspicion.awaits = "a CPU";
    suspicion.evidence.push_back(unread_evidence(scene, stalled, suspicion));
    suspicion.evidence.push_back(
        {fmt::format("thread {}, which should read it, can run and gets no CPU", loop.tid),
         scene.now().provenance.threads});
    if (std::optional<Evidence> limit = throttling(scene, *stalled.holder))
        suspicion.evidence.push_back(std::move(*limit));
    return suspicion;
}

} // namespace unwedge::diagnosis::rules
