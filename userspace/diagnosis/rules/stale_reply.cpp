// SPDX-License-Identifier: GPL-2.0-only
#include "diagnosis/rhythm.h"
#include "diagnosis/rules/rules.h"

#include "util/units.h"

#include <fmt/format.h>

namespace unwedge::diagnosis::rules {
namespace {

constexpr std::uint32_t fewest_shifted = 2; ///< one late reply may have been given up on good grounds

} // namespace

std::optional<Suspicion> stale_reply(const Scene &scene, const StalledEnd &stalled) {
    const facts::Conversation *talk = conversation_of(*stalled.holder, stalled.end->id);
    if (!talk || talk->behind == 0 || talk->shifted < fewest_shifted || !talk->slipped)
        return std::nullopt;
    Suspicion suspicion = begin(scene, stalled, Kind::stale_reply);
    suspicion.inferred = true;
    suspicion.blocked_on = blocked_on(*stalled.loop);
    suspicion.evidence.push_back(unread_evidence(scene, stalled, suspicion));
    suspicion.evidence.push_back(
        {fmt::format("{} requests on fd {} had their replies in turn; {} ago one was sent before the reply "
                     "to the one before was read, and the {} replies read since were all {} late",
                     talk->in_turn, stalled.fd, duration_text(scene.now().at - *talk->slipped), talk->shifted,
                     counted(talk->behind, "request")),
         "flight recorder"});
    return suspicion;
}

} // namespace unwedge::diagnosis::rules
