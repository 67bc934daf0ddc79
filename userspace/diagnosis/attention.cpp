// SPDX-License-Identifier: GPL-2.0-only
#include "diagnosis/attention.h"

#include <algorithm>
#include <numeric>

namespace unwedge::diagnosis {
namespace {

Attention of_interest(facts::Interest interest) {
    switch (interest) {
    case facts::Interest::armed: return Attention::attended;
    case facts::Interest::edge: return Attention::edge;
    case facts::Interest::disarmed: return Attention::disarmed;
    case facts::Interest::none: return Attention::none;
    case facts::Interest::unknown: break;
    }
    return Attention::unknown;
}

void strengthen(Attendance &strongest, const Attendance &other) {
    if (other.attention > strongest.attention)
        strongest = other;
}

bool takes_bytes_or_connections(const facts::Wait &wait) {
    return wait.kind == facts::WaitKind::read || wait.kind == facts::WaitKind::accept;
}

/// Waits for descriptors, or may do so.
bool may_attend(const facts::Thread &thread) {
    return facts::is_readiness_wait(thread.wait.kind) || takes_bytes_or_connections(thread.wait) ||
           (thread.wait.kind == facts::WaitKind::unknown && thread.state != facts::ThreadState::running);
}

/// Calls `to_all` with what each descriptor may get, `to_one` with what one gets. A descriptor can be in one
/// wait several times: through nested sets, or in an array of poll's.
template <typename ToAll, typename ToOne>
void each_attention(const facts::Actor &actor, ToAll to_all, ToOne to_one) {
    // A read that was submitted to an io_uring is pending whatever its threads do.
    if (actor.holds_io_uring)
        to_all(Attendance{Attention::unknown, &actor, nullptr});
    if (!actor.idle_watches_known)
        to_all(Attendance{Attention::unknown, &actor, nullptr});
    // Whatever it asks for now: a loop may ask anew whenever it comes back (PostgreSQL does).
    for (const facts::Watch &watch : actor.idle_watches)
        to_one(Attendance{Attention::elsewhere, &actor, nullptr, watch.fd});
    for (const facts::Thread &thread : actor.threads) {
        const facts::Wait &wait = thread.wait;
        const bool is_told_by_set =
            facts::is_readiness_wait(wait.kind) && wait.kind != facts::WaitKind::io_uring;
        if (is_told_by_set && wait.watches)
            for (const facts::Watch &watch : *wait.watches)
                to_one(Attendance{of_interest(watch.read), &actor, &thread, watch.fd});
        else if (takes_bytes_or_connections(wait) && wait.fd)
            to_one(Attendance{Attention::attended, &actor, &thread, *wait.fd});
        else if (may_attend(thread))
            to_all(Attendance{Attention::unknown, &actor, &thread});
    }
}

/// As of the descriptor `fd`.
Attendance with_fd(Attendance attendance, int fd) {
    if (attendance.actor)
        attendance.fd = fd;
    return attendance;
}

} // namespace

Attendance attendance(const facts::Actor &actor, int fd) {
    Attendance strongest;
    each_attention(
        actor, [&](const Attendance &one) { strengthen(strongest, one); },
        [&](const Attendance &one) {
            if (one.fd == fd)
                strengthen(strongest, one);
        });
    return with_fd(strongest, fd);
}

Attendances::Attendances(const facts::Actor &actor) {
    each_attention(
        actor, [&](const Attendance &one) { strengthen(of_all_, one); },
        [&](const Attendance &one) { told_.push_back(one); });
    std::ranges::stable_sort(told_, {}, &Attendance::fd);
}

Attendance Attendances::of(int fd) const {
    Attendance strongest = of_all_;
    for (const Attendance &one : std::ranges::equal_range(told_, fd, {}, &Attendance::fd))
        strengthen(strongest, one);
    return with_fd(strongest, fd);
}

Attendance attendance(const Scene &scene, const facts::End &end) {
    Attendance strongest;
    for (const Holder &holder : scene.holders(end.id))
        strengthen(strongest, attendance(*holder.actor, holder.fd));
    return strongest;
}

bool is_unknown_by_ring(const Attendance &attendance) {
    const facts::Actor *actor = attendance.actor;
    const auto tells = [](const facts::Thread &thread) {
        return thread.wait.kind == facts::WaitKind::io_uring || thread.wait.watches ||
               (takes_bytes_or_connections(thread.wait) && thread.wait.fd) || !may_attend(thread);
    };
    return attendance.attention == Attention::unknown && actor && actor->holds_io_uring &&
           actor->idle_watches_known && std::ranges::all_of(actor->threads, tells);
}

bool is_parked(const facts::Thread &thread) {
    return thread.state == facts::ThreadState::sleeping && facts::is_readiness_wait(thread.wait.kind);
}

bool is_held(const facts::Thread &thread) {
    return thread.state == facts::ThreadState::stopped || thread.state == facts::ThreadState::traced ||
           thread.state == facts::ThreadState::frozen;
}

std::uint64_t switches_of(const facts::Actor &actor) {
    return std::accumulate(
        actor.threads.begin(), actor.threads.end(), std::uint64_t{},
        [](std::uint64_t sum, const facts::Thread &thread) { return sum + thread.switches; });
}

bool is_stopped(const facts::Actor &actor) {
    auto cannot_run = [](const facts::Thread &thread) {
        return is_held(thread) || thread.state == facts::ThreadState::dead;
    };
    return std::ranges::any_of(actor.threads, is_held) && std::ranges::all_of(actor.threads, cannot_run);
}

} // namespace unwedge::diagnosis
