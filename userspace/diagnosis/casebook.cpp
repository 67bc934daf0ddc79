// SPDX-License-Identifier: GPL-2.0-only
#include "diagnosis/casebook.h"

#include "diagnosis/fingerprint.h"
#include "diagnosis/health.h"
#include "diagnosis/rules/rules.h"
#include "diagnosis/wakers.h"
#include "facts/names.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace unwedge::diagnosis {
namespace {

/// Looks in a row at which a rule is not met, though bytes are still unread, after which its verdict is set
/// aside: the suspect does something else now, and is not at the same point any more.
constexpr int looks_until_set_aside = 6;

/// Who is stopped is that before all: it takes the place of what its loop was accused of.
bool same_subject(const Suspicion &one, const Suspicion &other) {
    const bool stop = one.kind == Kind::stopped || other.kind == Kind::stopped;
    return one.pid == other.pid && (stop || one.end == other.end);
}

/// Of the entry whose case has that subject.
auto of_subject(const Suspicion &suspicion) {
    return [&suspicion](const auto &entry) { return same_subject(entry.facts.latest, suspicion); };
}

/// Gone before it could recover: the actor ended, or has no descriptor of the channel any more.
bool is_gone(const Scene &scene, const Case &one) {
    if (is_proof(one.latest.kind))
        return !switches_of(scene, one.latest.rest);
    const facts::Actor *actor = scene.actor(one.latest.pid);
    if (!actor || actor->exited || actor->started != one.latest.started)
        return true;
    return one.latest.end && std::ranges::find(scene.holders(one.latest.end), actor, &Holder::actor) ==
                                 scene.holders(one.latest.end).end();
}

/// Does what made the case still hold, whatever its thread does at this very instant?
bool still_stands(const Scene &scene, const Case &one) {
    if (is_proof(one.latest.kind))
        return rests_still(scene, one.latest.rest, one.latest.switches, one.latest.since);
    if (is_gone(scene, one))
        return false;
    if (one.latest.kind == Kind::stopped)
        return is_stopped(*scene.actor(one.latest.pid));
    const facts::End *end = scene.end(one.latest.end);
    if (one.latest.kind == Kind::peer_gone)
        return end && end->closed_since && end->eof_read != true;
    return end && end->unread_since && *end->unread_since <= one.latest.since;
}

std::string actor_name(const Scene &scene, Pid pid) {
    const facts::Actor *actor = scene.actor(pid);
    return actor ? actor->name : std::string();
}

bool any_lives(const Scene &scene, const std::set<Pid> &pids) {
    return std::ranges::any_of(pids, [&](Pid pid) {
        const facts::Actor *actor = scene.actor(pid);
        return actor && !actor->exited;
    });
}

std::string fingerprint_of(const Scene &scene, const Suspicion &suspicion, const Victims &victims) {
    const facts::End *end = scene.end(suspicion.end);
    std::set<std::string> waiting;
    for (Pid pid : victims.all())
        waiting.insert(actor_name(scene, pid));
    const std::string culprit = actor_name(scene, suspicion.pid);
    std::vector<std::string_view> parts{
        name(suspicion.kind), suspicion.blocked_on ? name(*suspicion.blocked_on) : "",
        end ? facts::name(end->kind) : "", facts::name(suspicion.wait), culprit};
    parts.insert(parts.end(), waiting.begin(), waiting.end());
    return fingerprint(parts);
}

void add_waiting_evidence(const std::vector<WaitEdge> &edges, const Victims &victims, Verdict &verdict) {
    const bool none_proven = victims.proven.empty();
    const std::set<Pid> &waiting = none_proven ? victims.undecided : victims.proven;
    const std::string_view beside =
        none_proven ? "; whether it does anything else can't be told" : ", and does nothing else";
    for (const WaitEdge &edge : edges)
        if (edge.to == verdict.pid && waiting.contains(edge.from))
            verdict.evidence.push_back(
                {fmt::format("{} {}{}", edge.from, edge.why, beside), "wait-for graph"});
    if (waiting.empty() && !is_proof(verdict.kind))
        verdict.evidence.push_back({"those who wait for it work on elsewhere", "wait-for graph"});
}

/// Who had its work done by one that is dead waits for it, though by no channel.
void add_waits_for_the_dead(const Scene &scene, const std::vector<Suspicion> &found,
                            std::vector<WaitEdge> &edges) {
    for (const Suspicion &one : found)
        if (one.kind == Kind::lost_reply)
            edges.push_back({scene.actor(one.pid)->ppid, one.pid, std::nullopt, 0, Strength::weak,
                             fmt::format("waits for what {} had taken when it died", one.pid)});
}

/// A channel that waits to be accepted by that listener.
std::optional<ChannelId> waiting_channel(const Scene &scene, const facts::End &listener) {
    for (const auto &[id, end] : scene.now().ends)
        if (end.pending_on == listener.id)
            return facts::channel_of(end);
    return std::nullopt;
}

Verdict culprit_verdict(const Scene &scene, const std::vector<WaitEdge> &edges, const Case &one,
                        const Victims &victims, Confidence confidence) {
    const Suspicion &latest = one.latest;
    const facts::End *end = scene.end(latest.end);
    Verdict verdict{.kind = latest.kind, .role = Role::culprit, .pid = latest.pid};
    if (end)
        verdict.channel = is_listener(*end) ? waiting_channel(scene, *end) : facts::channel_of(*end);
    if (latest.kind == Kind::blocked_loop) {
        verdict.blocked_on = latest.blocked_on;
        verdict.blocked_by = latest.blocked_by;
    }
    verdict.thread = latest.tid ? std::optional(latest.tid) : std::nullopt; // a dead culprit has none
    verdict.since = latest.since;
    verdict.confidence = confidence;
    verdict.state = State::confirmed;
    verdict.evidence = latest.evidence;
    if (!latest.awaits.empty())
        verdict.evidence.push_back({"it may yet be moved by " + latest.awaits, "wait-for graph"});
    add_waiting_evidence(edges, victims, verdict);
    verdict.fingerprint = fingerprint_of(scene, latest, victims);
    return verdict;
}

bool convicts(const Verdict &verdict) {
    return verdict.confidence != Confidence::inconclusive && verdict.state == State::confirmed;
}

/// Everyone who waits, however indirectly, on a standing culprit and does nothing else. `at_rest`: of whom
/// that is known, though they may beat.
std::vector<Verdict> victim_verdicts(const Scene &scene, const std::vector<WaitEdge> &edges,
                                     const std::vector<Verdict> &culprits, const std::set<Pid> &at_rest) {
    std::map<Pid, Nanos> since;
    std::set<Pid> blockers;
    for (const Verdict &culprit : culprits) {
        if (!convicts(culprit))
            continue;
        blockers.insert(culprit.pid);
        since.emplace(culprit.pid, culprit.since);
    }
    std::vector<Verdict> victims;
    for (const auto &[pid, path] : paths_to(blockers, edges)) {
        const facts::Actor &actor = *scene.actor(pid);
        const Nanos start = since[path.final_blocker];
        // Who is farther away may have gone on for a while, as a proxy that fills its buffers.
        const Nanos lately = std::max(start, scene.now().at - scene.policy().stall_after);
        const bool stands = at_rest.contains(pid) ||
                            stands_still(scene, actor, lately, scene.policy().stall_after).value_or(true);
        if (is_stopped(actor) || !stands)
            continue;
        Verdict verdict{.kind = Kind::waiting, .role = Role::victim, .pid = pid};
        verdict.channel = path.next.channel;
        verdict.waits_on = path.next.to;
        verdict.final_blocker = path.final_blocker;
        verdict.since = start;
        verdict.confidence =
            path.next.strength == Strength::definite ? Confidence::certain : Confidence::likely;
        verdict.state = State::confirmed;
        verdict.evidence.push_back({path.next.why, "wait-for graph"});
        verdict.fingerprint = fingerprint({name(verdict.kind), actor.name, actor_name(scene, path.next.to)});
        victims.push_back(std::move(verdict));
    }
    return victims;
}

/// Stalled ends whose holder works: no wedge, but worth a line.
void add_busy_notes(const Scene &scene, const std::vector<StalledEnd> &stalled, std::vector<Note> &notes) {
    for (const StalledEnd &one : stalled)
        if (scene.is_busy(*one.holder))
            notes.push_back({NoteKind::busy, one.holder->pid, facts::channel_of(*one.end),
                             fmt::format("{} is busy and has not read fd {} yet", one.holder->pid, one.fd)});
}

/// Senders that are blocked though the other side reads now and then.
void add_backpressure_notes(const Scene &scene, const std::vector<WaitEdge> &edges,
                            std::vector<Note> &notes) {
    for (const WaitEdge &edge : edges) {
        const facts::End *end = scene.end(edge.end);
        const Nanos recently = scene.now().at - scene.policy().stall_after;
        if (edge.strength == Strength::definite && end && end->unread.value_or(0) > 0 &&
            end->last_receive > recently)
            notes.push_back({NoteKind::backpressure, edge.to, edge.channel,
                             fmt::format("{} {}, which reads slowly", edge.from, edge.why)});
    }
}

/// Not of a pipe, where leftovers are common, nor of a listener, whose clients have their own lines.
bool is_notable(const facts::End &end) {
    return end.kind != facts::ChannelKind::pipe && !is_listener(end);
}

} // namespace

/// Those of them that may come to something: of some it is known from the last look that nobody waits.
std::vector<Suspicion> Casebook::not_acquitted(const std::vector<Suspicion> &found) const {
    std::vector<Suspicion> rest;
    std::ranges::copy_if(found, std::back_inserter(rest), [this](const Suspicion &one) {
        const auto known = std::ranges::find_if(cases_, of_subject(one));
        return known == cases_.end() || !known->nobody_waits;
    });
    return rest;
}

void Casebook::match(std::vector<Suspicion> found) {
    for (Entry &entry : cases_)
        ++entry.facts.missed;
    for (Suspicion &suspicion : found) {
        auto known = std::ranges::find_if(cases_, of_subject(suspicion));
        if (known == cases_.end()) {
            cases_.push_back({.facts = {.first = suspicion, .latest = suspicion}});
            continue;
        }
        Case &one = known->facts;
        // A rule about the same unread bytes goes on where another one was; a proof is about something else.
        if (is_proof(suspicion.kind) == is_proof(one.latest.kind))
            suspicion.since = std::min(suspicion.since, one.first.since);
        // What is stopped, or can't run, has not moved since the last look, or it was let go in between.
        const bool stands_still = suspicion.kind == Kind::stopped || is_proof(suspicion.kind);
        const bool moved = stands_still && suspicion.switches != one.latest.switches;
        if (suspicion.kind != one.latest.kind || moved || one.missed > looks_until_set_aside) {
            one = {.first = suspicion, .latest = suspicion};
            continue;
        }
        one.latest = std::move(suspicion);
        one.missed = 0;
        ++one.looks;
    }
}

/// Takes the entry's verdict from it. One culprit with several channels is told of once, when the last one
/// clears.
void Casebook::close(Entry &entry, State state, Nanos at) {
    if (!entry.verdict)
        return;
    Verdict closed = std::move(*entry.verdict);
    entry.verdict.reset();
    auto is_same = [&](Pid pid) { return pid == closed.pid; };
    const bool others_stand = std::ranges::any_of(
        cases_, [&](const Entry &other) { return other.verdict && is_same(other.verdict->pid); });
    if (others_stand || !convicts(closed))
        return;
    closed.state = state;
    closed.until = at;
    closed_.push_back(std::move(closed));
}

void Casebook::close_cleared(const Scene &scene) {
    auto cleared = [&](const Entry &entry) { return !still_stands(scene, entry.facts); };
    for (Entry &entry : cases_) {
        if (cleared(entry))
            close(entry, is_gone(scene, entry.facts) ? State::ended : State::recovered, scene.now().at);
        entry.set_aside = entry.set_aside || entry.facts.missed >= looks_until_set_aside;
    }
    std::erase_if(cases_,
                  [&](const Entry &entry) { return cleared(entry) || (entry.set_aside && !entry.verdict); });
}

/// The case against `pid` that may still come to something.
const Casebook::Entry *Casebook::suspected(Pid pid) const {
    auto found = std::ranges::find_if(cases_, [pid](const Entry &entry) {
        return entry.facts.latest.pid == pid && !entry.nobody_waits && !entry.set_aside;
    });
    return found == cases_.end() ? nullptr : &*found;
}

/// Whether its suspect awaits an answer of another suspect, whose victim it is then; not so if that one,
/// however indirectly, awaits an answer of this one.
bool Casebook::awaits_another_suspect(const Entry &entry) const {
    const Pid self = entry.facts.latest.pid;
    std::set<Pid> met;
    std::optional<Pid> next = entry.facts.latest.awaited;
    while (next && *next != self && met.insert(*next).second) {
        const Entry *other = suspected(*next);
        if (!other)
            return met.size() > 1;
        next = other->facts.latest.awaited;
    }
    return !met.empty() && next != self;
}

/// The edges that lead to a suspect, by that one.
std::unordered_map<Pid, std::vector<WaitEdge>>
Casebook::waits_for_suspects(const std::vector<WaitEdge> &edges) const {
    std::unordered_map<Pid, std::vector<WaitEdge>> waits;
    for (const Entry &entry : cases_)
        waits[entry.facts.latest.pid];
    for (const WaitEdge &edge : edges)
        if (auto found = waits.find(edge.to); found != waits.end())
            found->second.push_back(edge);
    return waits;
}

void Casebook::judge_all(const Scene &scene, const std::vector<WaitEdge> &all_edges, Outlook outlook) {
    const auto waits = waits_for_suspects(all_edges);
    for (Entry &entry : cases_) {
        // Met before, not now: its thread runs for an instant. What stood stands; what did not, waits.
        if (entry.facts.missed > 0)
            continue;
        const std::vector<WaitEdge> &edges = waits.at(entry.facts.latest.pid);
        const Victims victims = victims_of(scene, edges, entry.facts.latest);
        const Judgement judgement = judge(scene, entry.facts, victims, outlook);
        entry.nobody_waits = judgement.outcome == Judgement::Outcome::acquitted;
        if (judgement.outcome == Judgement::Outcome::confirmed && !awaits_another_suspect(entry)) {
            entry.verdict = culprit_verdict(scene, edges, entry.facts, victims, judgement.confidence);
            entry.set_aside = false;
        }
        if (victims.any() || is_proof(entry.facts.latest.kind)) {
            entry.waiters = victims.all();
            entry.unwaited = 0;
        } else if (++entry.unwaited >= looks_until_set_aside || !any_lives(scene, entry.waiters)) {
            close(entry, State::ended, scene.now().at);
        }
    }
}

/// Who is known to do nothing, by a verdict that stands.
std::set<Pid> Casebook::at_rest() const {
    std::set<Pid> all;
    for (const Entry &entry : cases_)
        if (entry.verdict)
            all.insert(entry.facts.latest.rest.actors.begin(), entry.facts.latest.rest.actors.end());
    return all;
}

/// One verdict for each culprit: of its several unread channels a sure one, and of these the one that has
/// waited longest.
std::vector<Verdict> Casebook::standing(const Scene &scene) const {
    std::map<Pid, std::vector<const Verdict *>> by_pid;
    for (const Entry &entry : cases_)
        if (entry.verdict && !entry.set_aside)
            by_pid[entry.verdict->pid].push_back(&*entry.verdict);
    std::vector<Verdict> verdicts;
    for (const auto &[pid, all] : by_pid) {
        Verdict best = **std::ranges::min_element(all, {}, [](const Verdict *one) {
            return std::pair(one->confidence == Confidence::inconclusive, one->since);
        });
        if (all.size() > 1)
            best.evidence.push_back(
                {fmt::format("{} more of its channels are unread like this one", all.size() - 1),
                 scene.now().provenance.queues});
        verdicts.push_back(std::move(best));
    }
    return verdicts;
}

Diagnosis Casebook::observe(facts::Snapshot snapshot, Outlook outlook) {
    const Scene scene(snapshot, previous_ ? &*previous_ : nullptr, policy_);
    Diagnosis diagnosis;
    diagnosis.waits = waits(scene);
    diagnosis.health = health(scene);
    close_cleared(scene);
    const std::vector<StalledEnd> stalled = stalled_ends(scene);
    std::vector<Suspicion> found = suspicions(scene, stalled);
    if (std::optional<Suspicion> proof = rules::closed_wait(scene, not_acquitted(found)))
        found.push_back(std::move(*proof));
    add_waits_for_the_dead(scene, found, diagnosis.waits);
    match(std::move(found));
    judge_all(scene, diagnosis.waits, outlook);

    diagnosis.verdicts = standing(scene);
    std::vector<Verdict> victims = victim_verdicts(scene, diagnosis.waits, diagnosis.verdicts, at_rest());
    std::ranges::copy(closed_, std::back_inserter(diagnosis.verdicts));
    std::ranges::move(victims, std::back_inserter(diagnosis.verdicts));
    const char *const alone =
        scene.now().hidden.empty() ? "nobody waits for it" : "nobody is seen to wait for it";
    for (const Entry &entry : cases_) {
        const Suspicion &latest = entry.facts.latest;
        const facts::End *end = scene.end(latest.end);
        if (!end || !entry.nobody_waits || !is_notable(*end))
            continue;
        const bool stale = latest.kind == Kind::stale_reply;
        diagnosis.notes.push_back(
            {stale ? NoteKind::stale_reply : NoteKind::unread, latest.pid, facts::channel_of(*end),
             fmt::format("fd {} of {} is unread{}, and {}", latest.fd, latest.pid,
                         stale ? ", and its replies come late by a request" : "", alone)});
    }
    add_busy_notes(scene, stalled, diagnosis.notes);
    add_backpressure_notes(scene, diagnosis.waits, diagnosis.notes);
    previous_ = std::move(snapshot);
    return diagnosis;
}

void Casebook::rest() {
    if (!is_open())
        previous_.reset();
}

Diagnosis Casebook::finish(Nanos now) {
    for (Entry &entry : cases_)
        close(entry, State::ended, now);
    cases_.clear();
    Diagnosis diagnosis;
    diagnosis.verdicts = closed_;
    return diagnosis;
}

} // namespace unwedge::diagnosis
