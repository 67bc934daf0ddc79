// SPDX-License-Identifier: GPL-2.0-only
#include "diagnosis/rules/rules.h"

#include "util/units.h"

#include <fmt/format.h>

namespace unwedge::diagnosis::rules {
namespace {

/// It spoke last, so it awaits an answer that can't come any more. Where that can't be told, a part of an
/// answer that lies unread says the same.
bool awaits_an_answer(const facts::End &end) {
    return facts::spoke_last(end).value_or(end.unread.value_or(0) > 0);
}

} // namespace

std::optional<Suspicion> peer_gone(const Scene &scene, const StalledEnd &stalled) {
    const facts::End &end = *stalled.end;
    // Who has only shut down its sending waits itself.
    if (!end.closed_since || !scene.holders(end.peer).empty() || end.eof_read == true ||
        !is_parked(*stalled.loop) || !awaits_an_answer(end) ||
        stalled.attendance.attention == Attention::attended)
        return std::nullopt;
    Suspicion suspicion = begin(scene, stalled, Kind::peer_gone);
    suspicion.since = *end.closed_since;
    // That an answer was owed is concluded from who had the last word.
    suspicion.inferred = true;
    suspicion.evidence.push_back(
        {fmt::format("the other side of fd {} closed {} ago; its end-of-file was not read", stalled.fd,
                     duration_text(scene.now().at - suspicion.since)),
         scene.now().provenance.queues});
    suspicion.evidence.push_back({fmt::format("the last to send on it was {} itself", stalled.holder->pid),
                                  scene.now().provenance.queues});
    suspicion.evidence.push_back({parked_text(suspicion, *stalled.loop), scene.now().provenance.threads});
    return suspicion;
}

} // namespace unwedge::diagnosis::rules
