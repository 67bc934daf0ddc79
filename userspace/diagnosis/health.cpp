// SPDX-License-Identifier: GPL-2.0-only
#include "diagnosis/health.h"

#include "diagnosis/attention.h"
#include "diagnosis/timer.h"

#include <algorithm>
#include <ranges>

namespace unwedge::diagnosis {
namespace {

/// TCP and pipes tell what was consumed at every level; UNIX only while receives are counted.
bool consumption_is_known(const Scene &scene, const facts::End &end, Nanos since) {
    const std::optional<Nanos> counted_since = scene.now().receives_counted_since;
    if (end.kind == facts::ChannelKind::tcp || end.kind == facts::ChannelKind::pipe)
        return true;
    if (!counted_since)
        return false;
    return *counted_since <= since || scene.now().at - *counted_since >= scene.policy().count_receives_for;
}

/// All its threads have been asleep since `since`, or for --stall-after, and nothing but others will wake
/// them.
bool sleeps(const Scene &scene, const facts::Actor &actor, Nanos since) {
    const Policy &policy = scene.policy();
    const Nanos long_enough = std::min(scene.now().at - since, policy.stall_after) - 2 * policy.sweep;
    return !actor.threads.empty() && std::ranges::all_of(actor.threads, [&](const facts::Thread &thread) {
        const Timer timer = timer_of(thread, policy);
        return timer.known && !timer.left && thread.asleep && *thread.asleep >= long_enough;
    });
}

/// None of its threads has run since then: it consumed nothing, whatever it is that counts.
bool slept_since(const Scene &scene, const facts::Actor &actor, Nanos since) {
    return !actor.threads.empty() && std::ranges::all_of(actor.threads, [&](const facts::Thread &thread) {
        return thread.idle && *thread.idle >= scene.now().at - since;
    });
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

std::optional<bool> is_quiet(const Scene &scene, const facts::Actor &actor, Nanos length) {
    if (!actor.cpu || actor.earlier_cpu.empty())
        return std::nullopt;
    const Nanos from = scene.now().at - length;
    facts::CpuReading later{scene.now().at, facts::cpu_wanted(actor)};
    for (const facts::CpuReading &earlier : actor.earlier_cpu | std::views::reverse) {
        if (later.at <= from)
            return true;
        const Nanos window = later.at - earlier.at;
        if (window < scene.policy().look_distance)
            continue; // too short to tell: a wake-up would be work
        const bool worked =
            seconds(later.wanted - earlier.wanted) >= scene.policy().busy_share * seconds(window);
        // Work in a window that begins before that time may have been done before it, too.
        if (worked)
            return earlier.at < from ? std::nullopt : std::optional(false);
        later = earlier;
    }
    return later.at <= from + scene.policy().reading_distance ? std::optional(true) : std::nullopt;
}

std::optional<bool> stands_still(const Scene &scene, const facts::Actor &actor, Nanos since,
                                 Nanos quiet_for) {
    if (scene.is_busy(actor))
        return false;
    const std::optional<bool> quiet = sleeps(scene, actor, since) ? true : is_quiet(scene, actor, quiet_for);
    if (quiet == false)
        return false;
    bool known = quiet.has_value();
    const bool slept = slept_since(scene, actor, since + 2 * scene.policy().sweep);
    for (const facts::Hold &hold : actor.holds) {
        const facts::End *end = scene.end(hold.end);
        if (!end)
            continue;
        if (end->last_receive && *end->last_receive > since + 2 * scene.policy().sweep)
            return false;
        known = known && (slept || consumption_is_known(scene, *end, since));
    }
    return known ? std::optional(true) : std::nullopt;
}

} // namespace unwedge::diagnosis
