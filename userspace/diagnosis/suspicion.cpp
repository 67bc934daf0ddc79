// SPDX-License-Identifier: GPL-2.0-only
#include "diagnosis/suspicion.h"

#include "diagnosis/awaits.h"
#include "diagnosis/reader.h"
#include "diagnosis/rules/rules.h"

#include <algorithm>

namespace unwedge::diagnosis {
namespace {

bool lasts(const Scene &scene, const std::optional<Nanos> &since) {
    const bool at_once = scene.policy().suspects_at_once && !scene.window();
    return since && (at_once || scene.now().at - *since >= scene.policy().stall_after);
}

bool is_stalled(const Scene &scene, const facts::End &end) {
    return end.unread.value_or(0) > 0 && lasts(scene, end.unread_since);
}

/// The thread that should read: the one with the end in its set, else its last reader, else the only thread,
/// else, if its loop is one that nobody is in, the main one; else the first that is parked, else the main
/// one.
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
    if (stalled.attendance.attention ==
        Attention::elsewhere) { // what other threads are parked in is not its loop
        stalled.loop = &actor.threads.front();
        return;
    }
    auto parked = std::ranges::find_if(actor.threads, is_parked);
    stalled.loop = parked != actor.threads.end() ? &*parked : &actor.threads.front();
}

/// Which of the rules for a loop that does not run the end meets.
std::optional<Suspicion> suspect_idle(const Scene &scene, const StalledEnd &stalled) {
    if (is_listener(*stalled.end))
        return rules::not_accepting(scene, stalled);
    if (std::optional<Suspicion> found = rules::stale_reply(scene, stalled))
        return found;
    if (std::optional<Suspicion> found = rules::stopped_consuming(scene, stalled))
        return found;
    if (std::optional<Suspicion> found = rules::missed_edge(scene, stalled))
        return found;
    return rules::blocked_loop(scene, stalled);
}

std::optional<Suspicion> suspect(const Scene &scene, const StalledEnd &stalled) {
    if (stalled.attendance.attention == Attention::attended || is_stopped(*stalled.holder))
        return std::nullopt;
    if (std::optional<Suspicion> found = rules::starved(scene, stalled))
        return found;
    if (scene.is_busy(*stalled.holder))
        return rules::spinning_loop(scene, stalled);
    std::optional<Suspicion> found = suspect_idle(scene, stalled);
    if (found)
        find_awaited(scene, stalled, *found);
    return found;
}

std::optional<Suspicion> suspect_closed(const Scene &scene, const StalledEnd &closed) {
    if (is_stopped(*closed.holder) || scene.is_busy(*closed.holder))
        return std::nullopt;
    std::optional<Suspicion> found = rules::peer_gone(scene, closed);
    if (found)
        find_awaited(scene, closed, *found);
    return found;
}

/// The end with who should read it; nullopt if nobody of the tree does.
std::optional<StalledEnd> with_reader(const Scene &scene, const facts::End &end) {
    if (scene.holders(end.id).empty())
        return std::nullopt;
    StalledEnd stalled{.end = &end, .attendance = attendance(scene, end)};
    const Reader reader = reader_of(scene, end, stalled.attendance);
    stalled.holder = reader.holder.actor;
    stalled.fd = reader.holder.fd;
    stalled.inferred = reader.inferred;
    if (stalled.holder->threads.empty())
        return std::nullopt;
    choose_loop(stalled);
    return stalled;
}

bool is_told_of(const std::vector<Suspicion> &all, const Suspicion &found) {
    return std::ranges::any_of(
        all, [&](const Suspicion &one) { return one.pid == found.pid && one.end == found.end; });
}

} // namespace

std::vector<StalledEnd> stalled_ends(const Scene &scene) {
    std::vector<StalledEnd> all;
    auto add = [&](const facts::End &end) {
        if (is_stalled(scene, end))
            if (std::optional<StalledEnd> stalled = with_reader(scene, end))
                all.push_back(*stalled);
    };
    for (const auto &[id, end] : scene.now().ends)
        add(end);
    std::ranges::for_each(scene.listeners(), add);
    return all;
}

std::vector<Suspicion> suspicions(const Scene &scene, const std::vector<StalledEnd> &stalled) {
    std::vector<Suspicion> all;
    auto add = [&](std::optional<Suspicion> found) {
        if (found && !is_told_of(all, *found))
            all.push_back(std::move(*found));
    };
    // First: that the peer is gone says more than that something of it is unread.
    for (const auto &[id, end] : scene.now().ends)
        if (lasts(scene, end.closed_since))
            if (const std::optional<StalledEnd> closed = with_reader(scene, end))
                add(suspect_closed(scene, *closed));
    for (const StalledEnd &one : stalled)
        add(suspect(scene, one));
    for (const auto &[pid, actor] : scene.now().actors)
        if (!actor.exited)
            if (std::optional<Suspicion> found = rules::stopped(scene, actor, stalled))
                all.push_back(std::move(*found));
    return all;
}

} // namespace unwedge::diagnosis
