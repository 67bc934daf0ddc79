// SPDX-License-Identifier: GPL-2.0-only
#include "diagnosis/rules/rules.h"

#include <fmt/format.h>

#include <algorithm>

namespace unwedge::diagnosis::rules {
namespace {

std::string why_unattended(const StalledEnd &stalled) {
    switch (stalled.attendance.attention) {
    case Attention::disarmed:
        return fmt::format("fd {} is in the loop's set, but reading is not armed", stalled.attendance.fd);
    case Attention::unknown:
        if (is_unknown_by_ring(stalled.attendance))
            return fmt::format(
                "no thread waits to read fd {}, and a read pending in its io_uring would have taken it",
                stalled.fd);
        return "whether anyone waits to read it could not be found out";
    default: return fmt::format("no thread waits to read fd {}: it is in no set of descriptors", stalled.fd);
    }
}

} // namespace

std::optional<Suspicion> stopped_consuming(const Scene &scene, const StalledEnd &stalled) {
    const Attention attention = stalled.attendance.attention;
    const bool unattended =
        attention == Attention::none || attention == Attention::disarmed || attention == Attention::unknown;
    if (!unattended || !is_parked(*stalled.loop) || waits_to_write_elsewhere(scene, stalled))
        return std::nullopt;
    Suspicion suspicion = begin(scene, stalled, Kind::stopped_consuming);
    suspicion.evidence.push_back(unread_evidence(scene, stalled, suspicion));
    suspicion.evidence.push_back({why_unattended(stalled), "fdinfo"});
    suspicion.evidence.push_back({parked_text(suspicion, *stalled.loop), scene.now().provenance.threads});
    return suspicion;
}

} // namespace unwedge::diagnosis::rules
