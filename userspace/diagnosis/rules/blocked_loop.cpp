// SPDX-License-Identifier: GPL-2.0-only
#include "diagnosis/rules/rules.h"

#include "util/units.h"

#include <fmt/format.h>

namespace unwedge::diagnosis::rules {
namespace {

std::string blocked_text(const Suspicion &suspicion, const facts::Thread &loop) {
    std::string text = fmt::format("thread {}, which should read it, sits in {}", loop.tid, loop.wait.call);
    if (loop.wait.fd)
        text += fmt::format(" on fd {}", *loop.wait.fd);
    if (suspicion.timer.left)
        text += fmt::format(", {} left", duration_text(*suspicion.timer.left));
    if (loop.asleep)
        text += fmt::format(", off the CPU for {}", duration_text(*loop.asleep));
    return text;
}

} // namespace

std::optional<Suspicion> blocked_loop(const Scene &scene, const StalledEnd &stalled) {
    const facts::Thread &loop = *stalled.loop;
    // As in a query that waits for a lock, or execSync(): the wait of another loop, within a callback of its
    // own.
    const bool in_nested_loop = stalled.attendance.attention == Attention::elsewhere && is_parked(loop);
    const std::optional<BlockedOn> on = in_nested_loop ? BlockedOn::io : blocked_on(loop);
    if (loop.wait.from_terminal) // for a person, who takes his time
        return std::nullopt;
    if (!on || loop.state == facts::ThreadState::running || waits_for_another_actor(scene, stalled))
        return std::nullopt;
    Suspicion suspicion = begin(scene, stalled, Kind::blocked_loop);
    suspicion.evidence.push_back(unread_evidence(scene, stalled, suspicion));
    suspicion.blocked_on = on;
    suspicion.blocked_by = loop.wait.on;
    suspicion.lock_owner_known = on != BlockedOn::lock || loop.wait.on || stalled.holder->threads.size() == 1;
    suspicion.facts_known = suspicion.facts_known && loop.wait.kind != facts::WaitKind::unknown;
    suspicion.evidence.push_back({blocked_text(suspicion, loop), scene.now().provenance.threads});
    if (in_nested_loop)
        suspicion.evidence.push_back(
            {fmt::format("fd {} is in another set, which no thread waits in now", stalled.attendance.fd),
             "fdinfo"});
    if (loop.wait.on && on == BlockedOn::lock)
        suspicion.evidence.push_back(
            {fmt::format("the lock is held by thread {}", *loop.wait.on), "/proc/PID/mem"});
    if (loop.wait.on && on == BlockedOn::child)
        suspicion.evidence.push_back(
            {fmt::format("it waits for child {} to end", *loop.wait.on), scene.now().provenance.threads});
    return suspicion;
}

} // namespace unwedge::diagnosis::rules
