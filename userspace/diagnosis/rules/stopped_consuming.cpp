// SPDX-License-Identifier: GPL-2.0-only
#include "diagnosis/rules/rules.h"

#include "util/units.h"

#include <fmt/format.h>

#include <algorithm>

namespace unwedge::diagnosis::rules {
namespace {

/// A proxy whose downstream is slow pauses its upstream: its loop waits to write, so it is not the one to
/// blame.
bool waits_to_write_elsewhere(const Scene &scene, const StalledEnd &stalled) {
    if (!stalled.loop->wait.watches)
        return false;
    return std::ranges::any_of(*stalled.loop->wait.watches, [&](const facts::Watch &watch) {
        const facts::End *other = scene.end_of(*stalled.holder, watch.fd);
        return facts::waits_to_write(watch) && other && other != stalled.end && other->unsent.value_or(0) > 0;
    });
}

std::string why_unattended(const StalledEnd &stalled) {
    switch (stalled.attendance.attention) {
    case Attention::disarmed:
        return fmt::format("fd {} is in the loop's set, but reading is not armed", stalled.attendance.fd);
    case Attention::unknown: return "whether anyone waits to read it could not be found out";
    default: return fmt::format("no thread waits to read fd {}: it is in no set of descriptors", stalled.fd);
    }
}

std::string loop_text(const Suspicion &suspicion, const facts::Thread &loop) {
    if (!suspicion.timer.known)
        return fmt::format("its loop, thread {}, is parked in {}; its timeout could not be read", loop.tid,
                           loop.wait.call);
    if (suspicion.timer.left)
        return fmt::format("its loop, thread {}, is parked in {}, next timer in {}", loop.tid, loop.wait.call,
                           duration_text(*suspicion.timer.left));
    return fmt::format("its loop, thread {}, is parked in {} without a timer", loop.tid, loop.wait.call);
}

} // namespace

std::optional<Suspicion> stopped_consuming(const Scene &scene, const StalledEnd &stalled) {
    const Attention attention = stalled.attendance.attention;
    const bool unattended =
        attention == Attention::none || attention == Attention::disarmed || attention == Attention::unknown;
    if (!unattended || !is_parked(*stalled.loop) || waits_to_write_elsewhere(scene, stalled))
        return std::nullopt;
    Suspicion suspicion = begin(scene, stalled, Kind::stopped_consuming);
    suspicion.evidence.push_back({why_unattended(stalled), "fdinfo"});
    suspicion.evidence.push_back({loop_text(suspicion, *stalled.loop), "iter/task"});
    return suspicion;
}

} // namespace unwedge::diagnosis::rules
