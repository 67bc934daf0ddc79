// SPDX-License-Identifier: GPL-2.0-only
#include "diagnosis/judge.h"

#include "diagnosis/health.h"

#include <algorithm>

namespace unwedge::diagnosis {
namespace {

using Outcome = Judgement::Outcome;

/// Sending more into the unread end is work of its own: such a sender does not stand still.
bool still_sending(const Scene &scene, const Suspicion &suspicion) {
    const facts::End *now = scene.end(suspicion.end);
    const facts::End *before = now ? scene.before(*now) : nullptr;
    return before && now->unread.value_or(0) > before->unread.value_or(0);
}

bool had_an_answer(const Scene &scene, const facts::Actor &victim, std::optional<ChannelId> channel) {
    return std::ranges::any_of(victim.holds, [&](const facts::Hold &hold) {
        const facts::End *end = scene.end(hold.end);
        return end && channel == facts::channel_of(*end) && end->ever_received.value_or(false);
    });
}

/// Has the thread run since the rule was first met? Then it woke, and still did not read.
bool has_woken(const Case &one) {
    return one.latest.switches != one.first.switches;
}

/// An end that used to wait long before it was read is given twice that time.
bool within_its_rhythm(const Scene &scene, const Suspicion &suspicion) {
    const facts::End *end = scene.end(suspicion.end);
    return end && scene.now().at - suspicion.since < 2 * end->longest_wait;
}

/// A parked loop with a timer may be a consumer that paces itself; a blocked thread that wakes now and then
/// may be at the end of its job soon. Both get --busy-after before they count as wedged, unless time is up.
bool may_yet_move(const Scene &scene, const Case &one, bool last_look) {
    const Suspicion &latest = one.latest;
    const bool patience_over = last_look || scene.now().at - latest.since >= scene.policy().busy_after;
    if (latest.kind == Kind::stopped)
        return false;
    if (within_its_rhythm(scene, latest))
        return true;
    if (latest.kind == Kind::stopped_consuming)
        return latest.timer.left && !(has_woken(one) && patience_over);
    if (latest.timer.left && *latest.timer.left <= scene.policy().busy_after)
        return true;
    return has_woken(one) && !patience_over;
}

Confidence confidence(const Scene &scene, const Suspicion &suspicion, const Victims &victims) {
    const std::optional<Nanos> loss = scene.now().last_loss;
    if (!suspicion.facts_known || (loss && *loss >= suspicion.since))
        return Confidence::inconclusive;
    const bool wakes_by_itself = suspicion.timer.left.has_value();
    const bool certain = !victims.proven.empty() && !suspicion.inferred && !wakes_by_itself;
    return certain ? Confidence::certain : Confidence::likely;
}

} // namespace

Victims victims_of(const Scene &scene, const std::vector<WaitEdge> &edges, const Suspicion &suspicion) {
    const facts::End *end = scene.end(suspicion.end);
    const bool sending = still_sending(scene, suspicion);
    Victims victims;
    for (const WaitEdge &edge : edges) {
        if (edge.to != suspicion.pid || (end && edge.channel != facts::channel_of(*end)))
            continue;
        const facts::Actor &waiter = *scene.actor(edge.from);
        if (is_stopped(waiter))
            continue;
        const std::optional<bool> still = sending ? false : stands_still(scene, waiter, suspicion.since);
        (still ? *still ? victims.proven : victims.progressing : victims.undecided).insert(edge.from);
        victims.conversation = victims.conversation || had_an_answer(scene, waiter, edge.channel);
    }
    return victims;
}

Judgement judge(const Scene &scene, const Case &one, const Victims &victims, bool last_look) {
    const Suspicion &latest = one.latest;
    if (one.looks < 2 || scene.now().at - latest.since < scene.policy().stall_after ||
        may_yet_move(scene, one, last_look))
        return {};
    if (!victims.any())
        return {Outcome::acquitted, {}};
    if (victims.proven.empty() && !victims.undecided.empty() && !last_look)
        return {};
    if (victims.proven.empty() && !victims.conversation)
        return {Outcome::acquitted, {}};
    return {Outcome::confirmed, confidence(scene, latest, victims)};
}

} // namespace unwedge::diagnosis
