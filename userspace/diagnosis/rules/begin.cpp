// SPDX-License-Identifier: GPL-2.0-only
#include "diagnosis/rules/rules.h"

#include "util/units.h"

#include <fmt/format.h>

#include <algorithm>

namespace unwedge::diagnosis::rules {

Suspicion begin(const Scene &scene, const StalledEnd &stalled, Kind kind) {
    Suspicion suspicion;
    suspicion.kind = kind;
    suspicion.pid = stalled.holder->pid;
    suspicion.started = stalled.holder->started;
    suspicion.end = stalled.end->id;
    suspicion.fd = stalled.fd;
    suspicion.since = stalled.end->unread_since.value_or(scene.now().at);
    suspicion.tid = stalled.loop->tid;
    suspicion.wait = stalled.loop->wait.kind;
    suspicion.switches = stalled.loop->switches;
    suspicion.timer = timer_of(*stalled.loop, scene.policy());
    // A read that is pending in an io_uring takes what is there: what stays unread was not asked for.
    const bool unasked = is_unknown_by_ring(stalled.attendance);
    const bool attention_known = stalled.attendance.attention != Attention::unknown || unasked;
    suspicion.facts_known = attention_known && suspicion.timer.known;
    suspicion.inferred = stalled.inferred || unasked;
    return suspicion;
}

Evidence unread_evidence(const Scene &scene, const StalledEnd &stalled, const Suspicion &suspicion) {
    const facts::Provenance &source = scene.now().provenance;
    return {fmt::format("{} unread on fd {} for {}, nothing consumed",
                        bytes_text(stalled.end->unread.value_or(0)), stalled.fd,
                        duration_text(scene.now().at - suspicion.since)),
            stalled.end->kind == facts::ChannelKind::pipe ? source.pipes : source.queues};
}

bool waits_to_write_elsewhere(const Scene &scene, const StalledEnd &stalled) {
    if (!stalled.loop->wait.watches)
        return false;
    return std::ranges::any_of(*stalled.loop->wait.watches, [&](const facts::Watch &watch) {
        const facts::End *other = scene.end_of(*stalled.holder, watch.fd);
        // Edge-triggered loops always ask for it; that bytes wait tells whether they need it.
        return watch.write && other && other != stalled.end && other->unsent.value_or(0) > 0;
    });
}

bool waits_for_another_actor(const Scene &scene, const StalledEnd &stalled) {
    const facts::Wait &wait = stalled.loop->wait;
    const bool transfers = wait.kind == facts::WaitKind::read || wait.kind == facts::WaitKind::write;
    const facts::End *other = transfers && wait.fd ? scene.end_of(*stalled.holder, *wait.fd) : nullptr;
    return other && !scene.holders(other->peer).empty();
}

std::string parked_text(const Suspicion &suspicion, const facts::Thread &loop) {
    if (!suspicion.timer.known)
        return fmt::format("its loop, thread {}, is parked in {}; its timeout could not be read", loop.tid,
                           loop.wait.call);
    if (suspicion.timer.left)
        return fmt::format("its loop, thread {}, is parked in {}, next timer in {}", loop.tid, loop.wait.call,
                           duration_text(*suspicion.timer.left));
    return fmt::format("its loop, thread {}, is parked in {} without a timer", loop.tid, loop.wait.call);
}

std::optional<BlockedOn> blocked_on(const facts::Thread &thread) {
    if (thread.state == facts::ThreadState::uninterruptible)
        return BlockedOn::disk;
    switch (thread.wait.kind) {
    case facts::WaitKind::sleep:
    case facts::WaitKind::signal: return BlockedOn::sleep;
    case facts::WaitKind::lock:
    case facts::WaitKind::file_lock: return BlockedOn::lock;
    case facts::WaitKind::child: return BlockedOn::child;
    case facts::WaitKind::read:
    case facts::WaitKind::write:
    case facts::WaitKind::accept:
    case facts::WaitKind::connect:
    case facts::WaitKind::other:
    case facts::WaitKind::unknown: return BlockedOn::io;
    default: return std::nullopt;
    }
}

} // namespace unwedge::diagnosis::rules
