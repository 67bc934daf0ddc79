// SPDX-License-Identifier: GPL-2.0-only
#include "report/phrases.h"

#include "report/channels.h"
#include "report/sitting.h"
#include "util/units.h"

#include <fmt/format.h>

namespace unwedge::report {

namespace {

using diagnosis::Kind;
using diagnosis::Verdict;

std::string blocked_text(const Context &context, const Verdict &verdict) {
    const facts::Actor *actor = find_actor(context.snapshot, verdict.pid);
    const facts::Thread *thread = actor ? telling_thread(context, *actor) : nullptr;
    if (thread && !thread->wait.call.empty() && !is_readiness_wait(thread->wait.kind))
        return fmt::format("is blocked in {}", wait_text(*thread));
    return verdict.blocked_on ? fmt::format("is blocked ({})", name(*verdict.blocked_on)) : "is blocked";
}

std::string stopped_text(const Context &context, const Verdict &verdict) {
    const facts::Actor *actor = find_actor(context.snapshot, verdict.pid);
    const facts::Thread *thread = actor ? telling_thread(context, *actor) : nullptr;
    const bool stands = thread && (thread->state == facts::ThreadState::stopped ||
                                   thread->state == facts::ThreadState::traced ||
                                   thread->state == facts::ThreadState::frozen);
    return stands ? fmt::format("is {}", sits_in(context, *actor)) : "is stopped";
}

} // namespace

std::string deed(const Context &context, const Verdict &verdict) {
    switch (verdict.kind) {
    case Kind::stopped_consuming: return "stopped consuming";
    case Kind::missed_edge: return "missed an edge: it was told once, did not read all, and parked";
    case Kind::blocked_loop: return blocked_text(context, verdict);
    case Kind::spinning_loop: return "spins: it uses the CPU and consumes nothing";
    case Kind::stopped: return stopped_text(context, verdict);
    case Kind::starved: return "is starved: it wants to run and gets no CPU";
    case Kind::not_accepting: return "stopped accepting connections";
    case Kind::peer_gone: return "did not notice that its peer is gone";
    case Kind::boot_wedge: return "never came up: it said nothing, as its siblings did soon";
    case Kind::eof_withheld: return "keeps a pipe open whose end is waited for";
    case Kind::orphaned_lock: return "waits for a lock that nobody is left to let go";
    case Kind::lost_reply: return "died with work that it had taken, and its answer is waited for";
    case Kind::unanswered: return "took a request and does not answer";
    case Kind::stale_reply: return "reads replies to earlier requests";
    case Kind::deadlock: return "is in a deadlock: each waits for the other";
    case Kind::closed_wait: return "can never run again";
    case Kind::waiting: return "waits";
    }
    return "is stuck";
}

std::string alleged_deed(const Verdict &verdict) {
    switch (verdict.kind) {
    case Kind::stopped_consuming: return "may have stopped consuming";
    case Kind::missed_edge: return "may have missed an edge";
    case Kind::blocked_loop: return "may be blocked";
    case Kind::spinning_loop: return "may spin";
    case Kind::stopped: return "may be stopped";
    case Kind::starved: return "may be starved of CPU";
    case Kind::not_accepting: return "may have stopped accepting connections";
    case Kind::peer_gone: return "may not have noticed that its peer is gone";
    case Kind::boot_wedge: return "may never have come up";
    case Kind::eof_withheld: return "may keep a pipe open whose end is waited for";
    case Kind::orphaned_lock: return "may wait for a lock that nobody is left to let go";
    case Kind::lost_reply: return "may have died with work that it had taken";
    case Kind::unanswered: return "may owe an answer";
    case Kind::stale_reply: return "may read replies to earlier requests";
    case Kind::deadlock: return "may be in a deadlock";
    case Kind::closed_wait: return "may never run again";
    case Kind::waiting: return "may wait";
    }
    return "may be stuck";
}

std::string past_deed(const Verdict &verdict) {
    switch (verdict.kind) {
    case Kind::stopped_consuming: return "stopped consuming";
    case Kind::blocked_loop:
        return verdict.blocked_on ? fmt::format("was blocked ({})", name(*verdict.blocked_on))
                                  : "was blocked";
    case Kind::missed_edge: return "missed an edge";
    case Kind::spinning_loop: return "was spinning";
    case Kind::stopped: return "was stopped";
    case Kind::starved: return "was starved of CPU";
    case Kind::not_accepting: return "stopped accepting connections";
    case Kind::peer_gone: return "did not notice that its peer is gone";
    case Kind::boot_wedge: return "did not come up";
    case Kind::eof_withheld: return "kept a pipe open whose end was waited for";
    case Kind::orphaned_lock: return "waited for a lock";
    case Kind::lost_reply: return "died with work that it had taken";
    case Kind::unanswered: return "did not answer";
    case Kind::stale_reply: return "read replies to earlier requests";
    case Kind::deadlock: return "was in a deadlock";
    case Kind::closed_wait: return "could not run";
    case Kind::waiting: return "waited";
    }
    return "was stuck";
}

std::string unread_text(const Context &context, const Verdict &verdict) {
    const facts::Actor *actor = find_actor(context.snapshot, verdict.pid);
    const facts::End *end =
        actor && verdict.channel ? held_end(context.snapshot, *actor, *verdict.channel) : nullptr;
    if (!end)
        return "";
    const Nanos since = end->unread_since.value_or(verdict.since);
    const std::string age = duration_text(context.snapshot.at - since);
    const std::uint64_t unread = end->unread.value_or(0);
    if (unread > 0)
        return fmt::format("{} unread for {}", bytes_text(unread), age);
    return end->peer_closed ? fmt::format("end of file unread for {}", age) : "";
}

std::string waiting_text(const facts::Snapshot &snapshot, const Cast::Verdicts &victims) {
    if (victims.empty())
        return "";
    if (victims.size() == 1)
        return fmt::format("{} waits", who(snapshot, victims[0]->pid));
    if (victims.size() == 2)
        return fmt::format("{} and {} wait", who(snapshot, victims[0]->pid), who(snapshot, victims[1]->pid));
    return fmt::format("{} wait", counted(victims.size(), "actor"));
}

std::string outcome_text(const facts::Snapshot &snapshot, const Verdict &verdict) {
    const std::string age = duration_text(age_of(verdict, snapshot));
    return verdict.state == diagnosis::State::recovered
               ? fmt::format("recovered after {}", age)
               : fmt::format("ended after {}, before it consumed again", age);
}

} // namespace unwedge::report
