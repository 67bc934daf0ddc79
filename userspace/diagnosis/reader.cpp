// SPDX-License-Identifier: GPL-2.0-only
#include "diagnosis/reader.h"

#include <algorithm>

namespace unwedge::diagnosis {
namespace {

/// The one actor among `holders` that `fits`, by its first descriptor; null if there is none or several.
template <typename Fits>
const Holder *only_one(const std::vector<Holder> &holders, Fits fits) {
    const Holder *only = nullptr;
    for (const Holder &one : holders) {
        if (!fits(one) || (only && only->actor == one.actor))
            continue;
        if (only)
            return nullptr;
        only = &one;
    }
    return only;
}

} // namespace

bool holds(const facts::Actor &actor, facts::EndId end) {
    return std::ranges::find(actor.holds, end, &facts::Hold::end) != actor.holds.end();
}

const facts::Thread *thread_of(const facts::Actor &actor, std::optional<facts::Pid> tid) {
    auto found =
        std::ranges::find_if(actor.threads, [&](const facts::Thread &one) { return tid == one.tid; });
    return found == actor.threads.end() ? nullptr : &*found;
}

Reader reader_of(const Scene &scene, const facts::End &end, const Attendance &attended) {
    const std::vector<Holder> &holders = scene.holders(end.id);
    if (attended.actor)
        return {{attended.actor, attended.fd}};
    auto read_last = [&](const Holder &one) { return thread_of(*one.actor, end.last_reader); };
    if (auto found = std::ranges::find_if(holders, read_last); found != holders.end())
        return {*found};
    if (const Holder *only = only_one(holders, [](const Holder &) { return true; }))
        return {*only};
    if (const Holder *only =
            only_one(holders, [&](const Holder &one) { return !holds(*one.actor, end.peer); }))
        return {*only};
    return {*std::ranges::max_element(holders, {}, [](const Holder &one) { return one.actor->started; }),
            true};
}

} // namespace unwedge::diagnosis
