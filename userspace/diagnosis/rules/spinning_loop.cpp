// SPDX-License-Identifier: GPL-2.0-only
#include "diagnosis/rules/rules.h"

#include "util/units.h"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>

namespace unwedge::diagnosis::rules {
namespace {

constexpr double spinning_share = 0.5; ///< of one CPU: who uses less does something else now and then

/// Every reading of its CPU time in the last `length` shows it on the CPU.
bool spun_for(const Scene &scene, const facts::Actor &actor, Nanos length) {
    const Nanos from = scene.now().at - length;
    facts::CpuReading later{scene.now().at, facts::cpu_wanted(actor)};
    for (const facts::CpuReading &earlier : actor.earlier_cpu | std::views::reverse) {
        if (later.at <= from)
            return true;
        if (later.at - earlier.at < scene.policy().look_distance)
            continue; // too short to tell: CPU time moves at ticks
        if (seconds(later.wanted - earlier.wanted) < spinning_share * seconds(later.at - earlier.at))
            return false;
        later = earlier;
    }
    return later.at <= from;
}

/// Took or gave anything on any channel after `since`.
bool has_talked(const Scene &scene, const facts::Actor &actor, Nanos since) {
    return std::ranges::any_of(actor.holds, [&](const facts::Hold &hold) {
        const facts::End *end = scene.end(hold.end);
        const Nanos latest = since + 2 * scene.policy().sweep;
        return end && (end->last_receive > latest || end->last_send > latest);
    });
}

/// A pool that computes is no loop that spins: what lies in its queue is for whoever is ready first.
bool is_one_of_a_pool(const Scene &scene, const StalledEnd &stalled) {
    return std::ranges::any_of(scene.holders(stalled.end->id), [&](const Holder &one) {
        return one.actor != stalled.holder && scene.is_busy(*one.actor);
    });
}

} // namespace

std::optional<Suspicion> spinning_loop(const Scene &scene, const StalledEnd &stalled) {
    const Policy &policy = scene.policy();
    const facts::Actor &actor = *stalled.holder;
    Suspicion suspicion = begin(scene, stalled, Kind::spinning_loop);
    if (scene.now().at - suspicion.since < policy.busy_after || is_one_of_a_pool(scene, stalled) ||
        !spun_for(scene, actor, policy.busy_after) ||
        has_talked(scene, actor, std::max(suspicion.since, scene.now().at - policy.busy_after)))
        return std::nullopt;
    // It goes on without an end: neither a timer nor a wait for anybody can be read off it.
    suspicion.timer = {};
    suspicion.wait = facts::WaitKind::none;
    suspicion.facts_known = true;
    suspicion.inferred = true;
    suspicion.evidence.push_back(unread_evidence(scene, stalled, suspicion));
    suspicion.evidence.push_back(
        {fmt::format("it used {:.0f} % of a CPU at the last look, and most of one for {}",
                     100 * scene.cpu_share(actor).value_or(0), duration_text(policy.busy_after)),
         scene.now().provenance.threads});
    suspicion.evidence.push_back(
        {"in that time it neither took nor gave anything on any channel", scene.now().provenance.queues});
    return suspicion;
}

} // namespace unwedge::diagnosis::rules
