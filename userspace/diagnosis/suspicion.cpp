// SPDX-License-Identifier: GPL-2.0-only
#include "diagnosis/suspicion.h"

#include "diagnosis/awaits.h"
#include "diagnosis/rules/rules.h"

#include <algorithm>

namespace unwedge::diagnosis {
namespace {

bool is_stalled(const Scene &scene, const facts::End &end) {
    return end.unread.value_or(0) > 0 && end.unread_since &&
           scene.now().at - *end.unread_since >= scene.policy().stall_after;
}

const facts::Thread *thread_of(const facts::Actor &actor, std::optional<Pid> tid) {
    auto found =
        std::ranges::find_if(actor.threads, [&](const facts::Thread &one) { return tid == one.tid; });
    return found == actor.threads.end() ? nullptr : &*found;
}

bool holds(const facts::Actor &actor, facts::EndId end) {
    return std::ranges::find(actor.holds, end, &facts::Hold::end) != actor.holds.end();
}

void set_holder(StalledEnd &stalled, const Holder &holder) {
    stalled.holder = holder.actor;
    stalled.fd = holder.fd;
}

/// Several actors can hold one end, most often because a fork passed it on. Whose it is to read: who has it
/// in a set of its loop, else who read it last, else who does not also hold the other side; else the
/// youngest.
void choose_holder(const Scene &scene, StalledEnd &stalled) {
    const std::vector<Holder> &holders = scene.holders(stalled.end->id);
    auto is_attending = [&](const Holder &one) { return one.actor == stalled.attendance.actor; };
    auto read_last = [&](const Holder &one) { return thread_of(*one.actor, stalled.end->last_reader); };
    auto has_one_side = [&](const Holder &one) { return !holds(*one.actor, stalled.end->peer); };
    if (std::ranges::any_of(holders, is_attending))
        return set_holder(stalled, {stalled.attendance.actor, stalled.attendance.fd});
    if (auto found = std::ranges::find_if(holders, read_last); found != holders.end())
        return set_holder(stalled, *found);
    const auto only = std::ranges::find_if(holders, has_one_side);
    if (only != holders.end() && std::ranges::count_if(holders, has_one_side) == 1)
        return set_holder(stalled, *only);
    stalled.inferred =
        std::ranges::any_of(holders, [&](const Holder &one) { return one.actor != holders.front().actor; });
    set_holder(stalled,
               *std::ranges::max_element(holders, {}, [](const Holder &one) { return one.actor->started; }));
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

/// Who awaits an answer of another suspect is that one's victim, unless each awaits the other's.
void drop_those_who_await_a_suspect(std::vector<Suspicion> &all) {
    std::map<Pid, std::optional<Pid>> awaited;
    for (const Suspicion &one : all)
        awaited.emplace(one.pid, one.awaited);
    std::erase_if(all, [&](const Suspicion &one) {
        auto other = one.awaited ? awaited.find(*one.awaited) : awaited.end();
        return other != awaited.end() && other->second != one.pid;
    });
}

} // namespace

std::vector<StalledEnd> stalled_ends(const Scene &scene) {
    std::vector<StalledEnd> all;
    for (const auto &[id, end] : scene.now().ends) {
        if (!is_stalled(scene, end) || scene.holders(id).empty())
            continue;
        StalledEnd stalled{.end = &end, .attendance = attendance(scene, end)};
        choose_holder(scene, stalled);
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
    drop_those_who_await_a_suspect(all);
    for (const auto &[pid, actor] : scene.now().actors)
        if (std::optional<Suspicion> found = rules::stopped(scene, actor, stalled); found && !actor.exited)
            all.push_back(std::move(*found));
    return all;
}

} // namespace unwedge::diagnosis
