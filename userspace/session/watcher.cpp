// SPDX-License-Identifier: GPL-2.0-only
#include "session/watcher.h"

#include "session/own_channels.h"

#include <malloc.h>

#include <cerrno>
#include <utility>

namespace unwedge::session {
namespace {

/// Longer than CPU times that looks read are remembered.
constexpr Nanos rest_after = std::chrono::seconds(60);
constexpr Nanos pause_after_failure = std::chrono::milliseconds(200);

/// Without us it would run or sleep. That it could run claims less: it makes nobody a culprit but who gets no
/// CPU for long.
void let_run(facts::Actor &actor) {
    for (facts::Thread &thread : actor.threads) {
        if (thread.state != facts::ThreadState::stopped)
            continue;
        thread.state = facts::ThreadState::running;
        thread.wait = {.kind = facts::WaitKind::none};
        thread.asleep.reset();
        thread.idle.reset();
    }
}

} // namespace

Result<void> Watcher::adopt(const Fd &pidfd, facts::Pid pid) {
    root_ = pid;
    inherited_ = own_channels();
    return follow(pidfd, pid);
}

Result<std::optional<Look>> Watcher::tick(Nanos now) {
    if (now < next_tick_)
        return std::optional<Look>();
    Result<std::optional<Look>> done = do_what_is_due(now);
    if (done || !is_shortage(done.error()))
        return done;
    note_failed_look(now);
    next_tick_ = now + pause_after_failure;
    return std::optional<Look>();
}

Result<Look> Watcher::with_failure_noted(Result<Look> taken) {
    if (!taken && is_shortage(taken.error()))
        note_failed_look(monotonic_now());
    return taken;
}

Result<Look> Watcher::look(diagnosis::Outlook outlook) {
    return with_failure_noted(take_look(outlook));
}

/// More might have come: patience has not run out because the command has ended.
Result<Look> Watcher::look_at_the_end() {
    return with_failure_noted(take_look(diagnosis::Outlook::more_looks, Cause::end));
}

void Watcher::take(const facts::Event &event) {
    tree_.apply(event);
    for (Witness *witness : witnesses_)
        witness->saw(event);
}

void Watcher::take(const facts::Call &call) const {
    for (Witness *witness : witnesses_)
        witness->saw(call);
}

void Watcher::tell(Nanos at, std::size_t living, const kernel::SweepTotals &totals) const {
    for (Witness *witness : witnesses_)
        witness->saw(recording::Sample{at, living, totals.ends, totals.unread, totals.stalled});
}

void Watcher::excuse_the_held(facts::Snapshot &seen, Nanos since) const {
    if (!held_by_us_)
        return;
    for (auto &[pid, actor] : seen.actors)
        if (!actor.exited && held_by_us_(pid, since))
            let_run(actor);
}

/// What could not be read for want of a descriptor would look like something that is not there.
Result<Look> Watcher::take_look(diagnosis::Outlook outlook, Cause cause) {
    const std::uint64_t shortages = proc().shortages();
    const Nanos begin = monotonic_now();
    Result<facts::Snapshot> seen = snapshot();
    if (!seen)
        return seen.error();
    excuse_the_held(*seen, begin);
    if (proc().shortages() != shortages)
        return errno_error("reading all of /proc that belongs to a look", ENFILE);
    note_losses(seen->at);
    losses_.tell(*seen);
    seen->root = root_;
    for (auto &[id, end] : seen->ends)
        end.held_outside = inherited_.contains(end.inode);
    namer_.name(*seen);
    last_look_ = seen->at;
    rests_ = false;
    diagnosis::Diagnosis diagnosis = casebook_.observe(*seen, outlook);
    if (cause == Cause::end)
        diagnosis.verdicts = casebook_.finish(seen->at).verdicts;
    Look look{std::move(*seen), std::move(diagnosis), wall_clock_now()};
    const LookTerms terms{outlook, rested_, cause == Cause::end,
                          cause == Cause::quiet && !casebook_.is_open()};
    for (Witness *witness : witnesses_)
        witness->saw(look, terms);
    rested_ = false;
    if (cause == Cause::quiet && !casebook_.is_open()) {
        casebook_.rest();
        rested_ = true;
    }
    return look;
}

Look Watcher::no_look() {
    Look none;
    none.snapshot.at = monotonic_now();
    none.at = wall_clock_now();
    note_losses(none.snapshot.at);
    losses_.tell(none.snapshot);
    return none;
}

void Watcher::note_losses(Nanos now) {
    facts::Losses all = lost();
    if (failed_looks_ > 0)
        all["looks"] += failed_looks_;
    losses_.note(std::move(all), now);
}

void Watcher::note_failed_look(Nanos now) {
    ++failed_looks_;
    note_losses(now);
}

/// Many small pieces, which the allocator would keep for later.
void Watcher::rest(Nanos now) {
    if (rests_ || !last_look_ || now - *last_look_ < rest_after)
        return;
    casebook_.rest();
    ::malloc_trim(0);
    rests_ = true;
    rested_ = true;
}

} // namespace unwedge::session
