// SPDX-License-Identifier: GPL-2.0-only
#include "diagnosis/judge.h"

#include "diagnosis/health.h"

#include <algorithm>

namespace unwedge::diagnosis {
namespace {

using Outcome = Judgement::Outcome;

/// Sending more into the unread end is work of its own: such a sender does not stand still.
bool still_sending(const Scene &scene, const Suspicion &suspicion) {
    const facts::End *end = scene.end(suspicion.end);
    return end && end->last_arrival && *end->last_arrival > suspicion.since + 2 * scene.policy().sweep &&
           *end->last_arrival > scene.now().at - scene.policy().busy_after;
}

/// The end of `edge.from` through which it waits; null for a wait that is not through a channel.
const facts::End *own_end(const Scene &scene, const WaitEdge &edge) {
    for (const facts::Hold &hold : scene.actor(edge.from)->holds) {
        const facts::End *end = scene.end(hold.end);
        if (end && (end->peer == edge.end || end->pending_on == edge.end) && edge.end)
            return end;
    }
    return nullptr;
}

/// Has asked the suspect, and before that one asked the peer that is gone: so its own answer hangs on that
/// one's.
bool asked_first(const Scene &scene, const facts::End &own, const facts::End &dead) {
    if (own.kind == facts::ChannelKind::pipe || !facts::spoke_last(own).value_or(dead.unread.value_or(0) > 0))
        return false;
    return !own.last_send || !dead.last_send || *own.last_send <= *dead.last_send + 2 * scene.policy().sweep;
}

/// Writes into that pipe, but not what programs print.
bool writes_requests(const Scene &scene, Pid pid, const facts::End &reading) {
    return std::ranges::any_of(scene.holders(reading.peer), [pid](const Holder &one) {
        return one.actor->pid == pid && one.fd > last_standard_stream;
    });
}

/// Through the unread end. Else: a stopped actor is missed by whoever waits for it; who has not noticed that
/// a peer is gone owes an answer to those who asked him before he asked it; the answer to what lies in a pipe
/// comes by another pipe, or with the end of the suspect.
bool is_about(const Scene &scene, const WaitEdge &edge, const Suspicion &suspicion) {
    if (edge.to != suspicion.pid)
        return false;
    if (suspicion.kind == Kind::stopped || edge.end == suspicion.end)
        return true;
    const facts::End *unread = scene.end(suspicion.end);
    const facts::End *own = own_end(scene, edge);
    if (!unread)
        return false;
    if (suspicion.kind == Kind::peer_gone)
        return own && asked_first(scene, *own, *unread);
    const bool answers =
        (own && own->kind == facts::ChannelKind::pipe) || edge.strength == Strength::definite;
    return unread->kind == facts::ChannelKind::pipe && answers && writes_requests(scene, edge.from, *unread);
}

bool had_an_answer(const Scene &scene, const facts::Actor &victim, std::optional<ChannelId> channel) {
    return std::ranges::any_of(victim.holds, [&](const facts::Hold &hold) {
        const facts::End *end = scene.end(hold.end);
        return end && channel == facts::channel_of(*end) && end->ever_received.value_or(false);
    });
}

/// Has the thread run since the rule was first met? Then it woke, and still did not read.
bool has_woken(const Case &one) {
    return one.latest.tid == one.first.tid && one.latest.switches != one.first.switches;
}

/// An end that used to wait long before it was read is given twice that time.
bool within_its_rhythm(const Scene &scene, const Suspicion &suspicion) {
    const facts::End *end = scene.end(suspicion.end);
    return end && scene.now().at - suspicion.since < 2 * end->longest_wait;
}

/// A parked loop with a timer may be a consumer that paces itself; a blocked thread that wakes now and then
/// may be at the end of its job soon; who awaits something may get it. They have --busy-after, unless time is
/// up.
bool may_yet_move(const Scene &scene, const Case &one, Outlook outlook) {
    const Suspicion &latest = one.latest;
    const bool patience_over =
        outlook == Outlook::time_is_up || scene.now().at - latest.since >= scene.policy().busy_after;
    if (latest.kind == Kind::stopped)
        return has_woken(one); // a tracer lets it go on from stop to stop
    if (latest.awaits_busy || within_its_rhythm(scene, latest) || (!latest.awaits.empty() && !patience_over))
        return true;
    const bool in_a_long_sleep = latest.kind == Kind::blocked_loop && latest.timer.left &&
                                 *latest.timer.left > scene.policy().busy_after;
    if (latest.timer.left && !in_a_long_sleep)
        return !(has_woken(one) && patience_over);
    return latest.kind == Kind::blocked_loop && has_woken(one) && !patience_over;
}

/// What was lost since the rule was first met leaves it in doubt, until it has been seen to hold for as long
/// as a stall must last.
bool is_in_doubt(const Scene &scene, const Suspicion &suspicion) {
    const std::optional<Nanos> loss = scene.now().last_loss;
    return loss && *loss >= suspicion.since && scene.now().at - *loss < scene.policy().stall_after;
}

Confidence confidence(const Scene &scene, const Suspicion &suspicion, const Victims &victims) {
    if (!suspicion.facts_known || is_in_doubt(scene, suspicion))
        return Confidence::inconclusive;
    const bool may_move = suspicion.timer.left || !suspicion.awaits.empty() ||
                          suspicion.blocked_on == BlockedOn::sleep || !suspicion.lock_owner_known;
    const bool certain = !victims.proven.empty() && !suspicion.inferred && !may_move;
    return certain ? Confidence::certain : Confidence::likely;
}

/// Nobody needs to wait for it: nothing will move. Who may still be connected to has the patience of
/// all who may yet move, and who only ticks has twice that.
Judgement judge_proof(const Scene &scene, const Case &one, Outlook outlook) {
    const Suspicion &latest = one.latest;
    const Policy &policy = scene.policy();
    const Nanos patience = !latest.rest.ticking.empty() ? policy.ticks_after()
                           : !latest.awaits.empty()     ? policy.busy_after
                                                        : policy.stall_after;
    const bool over = outlook == Outlook::time_is_up || scene.now().at - latest.since >= patience;
    if (one.looks < 2 || latest.switches != one.first.switches || !over)
        return {};
    if (is_in_doubt(scene, latest))
        return {Outcome::confirmed, Confidence::inconclusive};
    return {Outcome::confirmed, latest.inferred ? Confidence::likely : Confidence::certain};
}

} // namespace

Victims victims_of(const Scene &scene, const std::vector<WaitEdge> &edges, const Suspicion &suspicion) {
    const bool sending = still_sending(scene, suspicion);
    Victims victims;
    for (const WaitEdge &edge : edges) {
        if (!is_about(scene, edge, suspicion))
            continue;
        const facts::Actor &waiter = *scene.actor(edge.from);
        if (is_stopped(waiter))
            continue;
        const bool answered = had_an_answer(scene, waiter, edge.channel);
        victims.conversation = victims.conversation || answered;
        const Policy &policy = scene.policy();
        const Nanos quiet_for = answered ? policy.stall_after : policy.busy_after;
        std::optional<bool> still = sending ? false : stands_still(scene, waiter, suspicion.since, quiet_for);
        // It went on elsewhere for a while, as far as it could without the answer that this channel used to
        // give.
        if (still == false && answered && !sending)
            still = stands_still(scene, waiter, std::max(suspicion.since, scene.now().at - policy.busy_after),
                                 quiet_for);
        (still ? *still ? victims.proven : victims.progressing : victims.undecided).insert(edge.from);
    }
    return victims;
}

Judgement judge(const Scene &scene, const Case &one, const Victims &victims, Outlook outlook) {
    const Suspicion &latest = one.latest;
    if (is_proof(latest.kind))
        return judge_proof(scene, one, outlook);
    if (one.looks < 2 || scene.now().at - latest.since < scene.policy().stall_after ||
        may_yet_move(scene, one, outlook))
        return {};
    if (!victims.any())
        return {Outcome::acquitted, {}};
    if (victims.proven.empty() && !victims.undecided.empty()) {
        if (outlook == Outlook::more_looks)
            return {};
        if (outlook == Outlook::last_look)
            return {Outcome::confirmed, Confidence::inconclusive};
    }
    // Nothing is owed by who has nothing to read: such a stopped actor is missed only by who stands still.
    const bool owes = victims.conversation && latest.end != 0;
    if (victims.proven.empty() && !owes)
        return {Outcome::acquitted, {}};
    return {Outcome::confirmed, confidence(scene, latest, victims)};
}

} // namespace unwedge::diagnosis
