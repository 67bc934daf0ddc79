// SPDX-License-Identifier: GPL-2.0-only
#include "diagnosis/rules/rules.h"

#include <fmt/format.h>

namespace unwedge::diagnosis::rules {

std::optional<Suspicion> missed_edge(const Scene &scene, const StalledEnd &stalled) {
    if (stalled.attendance.attention != Attention::edge || !is_parked(*stalled.loop) ||
        waits_to_write_elsewhere(scene, stalled))
        return std::nullopt;
    Suspicion suspicion = begin(scene, stalled, Kind::missed_edge);
    suspicion.evidence.push_back(unread_evidence(scene, stalled, suspicion));
    suspicion.evidence.push_back(
        {fmt::format("fd {} is watched edge-triggered: its loop is told of what comes, "
                     "and never again of what it left unread",
                     stalled.attendance.fd),
         "fdinfo"});
    suspicion.evidence.push_back({parked_text(suspicion, *stalled.loop), scene.now().provenance.threads});
    return suspicion;
}

} // namespace unwedge::diagnosis::rules
