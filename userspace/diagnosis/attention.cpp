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

Attention in_readiness_wait(const facts::Wait &wait, int fd) {
    if (wait.kind == facts::WaitKind::io_uring || !wait.watches)
        return Attention::unknown;
    // A descriptor can be in it several times: through nested sets, or in an array of poll's.
    Attention strongest = Attention::none;
    for (const facts::Watch &watch : *wait.watches)
        if (watch.fd == fd)
            strongest = std::max(strongest, of_interest(watch.read));
    return strongest;
}

Attention of_thread(const facts::Thread &thread, int fd) {
    const facts::Wait &wait = thread.wait;
    if (facts::is_readiness_wait(wait.kind))
        return in_readiness_wait(wait, fd);
    if (wait.kind == facts::WaitKind::read || wait.kind == facts::WaitKind::accept)
        return wait.fd == fd ? Attention::attended : wait.fd ? Attention::none : Attention::unknown;
    if (wait.kind == facts::WaitKind::unknown && thread.state != facts::ThreadState::running)
        return Attention::unknown;
    return Attention::none;
}

void strengthen(Attendance &strongest, const Attendance &other) {
    if (other.attention > strongest.attention)
        strongest = other;
}

} // namespace

Attendance attendance(const facts::Actor &actor, int fd) {
    Attendance strongest;
    // A read that was submitted to an io_uring is pending whatever its threads do.
    if (actor.holds_io_uring)
        strongest = {Attention::unknown, &actor, nullptr, fd};
    for (const facts::Thread &thread : actor.threads)
        strengthen(strongest, {of_thread(thread, fd), &actor, &thread, fd});
    return strongest;
}

Attendance attendance(const Scene &scene, const facts::End &end) {
    Attendance strongest;
    for (const Holder &holder : scene.holders(end.id))
        strengthen(strongest, attendance(*holder.actor, holder.fd));
    return strongest;
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
