// SPDX-License-Identifier: GPL-2.0-only
#include "diagnosis/suspicion.h"

#include "diagnosis/awaits.h"
#include "diagnosis/reader.h"
#include "diagnosis/rules/rules.h"

#include <algorithm>

namespace unwedge::diagnosis {
namespace {

bool is_stalled(const Scene &scene, const facts::End &end) {
    return end.unread.value_or(0) > 0 && end.unread_since &&
           scene.now().at - *end.unread_since >= scene.policy().stall_after;
}

/// The thread that should read: the one with the end in its set, else its last reader, else the only thread,
/// else the first that is parked, else the main one.
void choose_loop(StalledEnd &stalled) {
    const facts::Actor &actor = *stalled.holder;
    if (stalled.attendance.thread && stalled.attendance.actor == &actor &&
        stalled.attendance.attention != Attention::unknown) {
        stalled.loop = stalled.attendance.thread;
        return;
    }
    stalled.loop = thread_of(actor, stalled.end->last_reader);
    if (stalled.loop)
        return;
    stalled.inferred = stalled.inferred || actor.threads.size() > 1;
    auto parked = std::ranges::find_if(actor.threads, is_parked);
    stalled.loop = parked != actor.threads.end() ? &*parked : &actor.threads.front();
}

std::optional<Suspicion> suspect(const Scene &scene, const StalledEnd &stalled) {
    if (stalled.attendance.attention == Attention::attended || is_stopped(*stalled.holder) ||
        scene.is_busy(*stalled.holder))
        return std::nullopt;
    std::optional<Suspicion> found = rules::stopped_consuming(scene, stalled);
    if (!found)
        found = rules::blocked_loop(scene, stalled);
    if (found)
        find_awaited(scene, stalled, *found);
    return found;
}

} // namespace

std::vector<StalledEnd> stalled_ends(const Scene &scene) {
    std::vector<StalledEnd> all;
    for (const auto &[id, end] : scene.now().ends) {
        if (!is_stalled(scene, end) || scene.holders(id).empty())
            continue;
        StalledEnd stalled{.end = &end, .attendance = attendance(scene, end)};
        const Reader reader = reader_of(scene, end, stalled.attendance);
        stalled.holder = reader.holder.actor;
        stalled.fd = reader.holder.fd;
        stalled.inferred = reader.inferred;
        if (stalled.holder->threads.empty())
            continue;
        choose_loop(stalled);
        all.push_back(stalled);
    }
    return all;
}

std::vector<Suspicion> suspicions(const Scene &scene) {
    const std::vector<StalledEnd> stalled = stalled_ends(scene);
    std::vector<Suspicion> all;
    for (const StalledEnd &one : stalled)
        if (std::optional<Suspicion> found = suspect(scene, one))
            all.push_back(std::move(*found));
    for (const auto &[pid, actor] : scene.now().actors)
        if (std::optional<Suspicion> found = rules::stopped(scene, actor, stalled); found && !actor.exited)
            all.push_back(std::move(*found));
    return all;
}

} // namespace unwedge::diagnosis
