// SPDX-License-Identifier: GPL-2.0-only
#include "diagnosis/health.h"

#include "diagnosis/attention.h"

#include <algorithm>

namespace unwedge::diagnosis {
namespace {

bool is_tcp(const facts::End &end) {
    return end.kind == facts::ChannelKind::tcp;
}

/// TCP tells what was consumed at every level; UNIX only while receives are counted.
bool consumption_is_known(const Scene &scene, const facts::End &end, Nanos since) {
    const std::optional<Nanos> counted_since = scene.now().receives_counted_since;
    if (is_tcp(end))
        return true;
    if (!counted_since)
        return false;
    return *counted_since <= since || scene.now().at - *counted_since >= scene.policy().count_receives_for;
}

} // namespace

Health health(const Scene &scene, const facts::Actor &actor) {
    if (actor.exited)
        return Health::dead;
    if (is_stopped(actor))
        return Health::stopped;
    if (scene.is_busy(actor))
        return Health::busy;
    auto runs = [](const facts::Thread &thread) { return thread.state == facts::ThreadState::running; };
    if (std::ranges::any_of(actor.threads, runs) || actor.threads.empty())
        return Health::running;
    return std::ranges::any_of(actor.threads, is_parked) ? Health::parked : Health::blocked;
}

std::map<Pid, Health> health(const Scene &scene) {
    std::map<Pid, Health> all;
    for (const auto &[pid, actor] : scene.now().actors)
        all[pid] = health(scene, actor);
    return all;
}

std::optional<bool> stands_still(const Scene &scene, const facts::Actor &actor, Nanos since) {
    if (scene.is_busy(actor))
        return false;
    bool known = scene.cpu_share(actor).has_value();
    for (const facts::Hold &hold : actor.holds) {
        const facts::End *end = scene.end(hold.end);
        if (!end)
            continue;
        if (end->last_receive && *end->last_receive > since + 2 * scene.policy().sweep)
            return false;
        known = known && consumption_is_known(scene, *end, since);
    }
    return known ? std::optional(true) : std::nullopt;
}

} // namespace unwedge::diagnosis
