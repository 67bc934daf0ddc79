// SPDX-License-Identifier: GPL-2.0-only
#include "diagnosis/rules/rules.h"

#include "util/units.h"

#include <fmt/format.h>

namespace unwedge::diagnosis::rules {
namespace {

std::string loop_text(const Suspicion &suspicion, const facts::Thread &loop) {
    if (is_parked(loop))
        return parked_text(suspicion, loop);
    return fmt::format("thread {} sits in {}", loop.tid, loop.wait.call);
}

} // namespace

std::optional<Suspicion> not_accepting(const Scene &scene, const StalledEnd &stalled) {
    const facts::Thread &loop = *stalled.loop;
    if (!is_listener(*stalled.end) || loop.state == facts::ThreadState::running ||
        stalled.attendance.attention == Attention::edge || waits_for_another_actor(scene, stalled))
        return std::nullopt;
    Suspicion suspicion = begin(scene, stalled, Kind::not_accepting);
    // A server that serves one after the other: what it awaits for this one earns it patience for the next.
    if (const auto on = blocked_on(loop);
        on == BlockedOn::io || on == BlockedOn::child || on == BlockedOn::disk)
        suspicion.blocked_on = on;
    // The first connection of a UNIX queue is known by an address that the kernel uses again and again.
    suspicion.inferred = suspicion.inferred || stalled.end->kind != facts::ChannelKind::tcp;
    suspicion.evidence.push_back(
        {fmt::format("{} connection{} to {} (fd {}) for {}, none was accepted", *stalled.end->unread,
                     *stalled.end->unread == 1 ? " waits" : "s wait", stalled.end->address, stalled.fd,
                     duration_text(scene.now().at - suspicion.since)),
         scene.now().provenance.queues});
    suspicion.evidence.push_back({"no thread waits to accept one", "fdinfo"});
    suspicion.evidence.push_back({loop_text(suspicion, loop), scene.now().provenance.threads});
    return suspicion;
}

} // namespace unwedge::diagnosis::rules
