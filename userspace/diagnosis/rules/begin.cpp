// SPDX-License-Identifier: GPL-2.0-only
#include "diagnosis/rules/rules.h"

#include "util/units.h"

#include <fmt/format.h>

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
    suspicion.facts_known = stalled.attendance.attention != Attention::unknown && suspicion.timer.known;
    suspicion.inferred = stalled.inferred;
    suspicion.evidence.push_back({fmt::format("{} unread on fd {} for {}, nothing consumed",
                                              bytes_text(stalled.end->unread.value_or(0)), stalled.fd,
                                              duration_text(scene.now().at - suspicion.since)),
                                  "sweep"});
    return suspicion;
}

} // namespace unwedge::diagnosis::rules
