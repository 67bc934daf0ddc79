// SPDX-License-Identifier: GPL-2.0-only
#include "diagnosis/late_boot.h"

#include "diagnosis/rhythm.h"
#include "util/units.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <vector>

namespace unwedge::diagnosis {
namespace {

constexpr std::size_t fewest_siblings = 2;
constexpr int times_slower = 3; ///< than the slowest sibling, or it may be on its way

/// Numbers differ between workers that are alike: ports, descriptors, their own number.
std::string without_numbers(const std::string &word) {
    std::string kept;
    std::ranges::copy_if(word, std::back_inserter(kept),
                         [](char one) { return std::isdigit(static_cast<unsigned char>(one)) == 0; });
    return kept;
}

/// Who was forked only may be meant for anything.
bool run_the_same(const facts::Actor &one, const facts::Actor &other) {
    return !one.forked && !other.forked && !one.argv.empty() &&
           std::ranges::equal(one.argv, other.argv, {}, without_numbers, without_numbers);
}

/// Nor by a pipe, which no record shows.
bool is_silent(const Scene &scene, const facts::Actor &actor) {
    const auto has_talked = [&](const facts::Hold &hold) {
        const facts::End *end = scene.end(hold.end);
        return end && end->kind == facts::ChannelKind::pipe &&
               (end->last_send || end->last_receive || end->ever_received == true);
    };
    return actor.doings && !actor.doings->any && std::ranges::none_of(actor.holds, has_talked);
}

/// How long it took to speak up or to connect; nullopt: it waited to be spoken to, or that is not known.
std::optional<Nanos> boot_of(const facts::Actor &actor) {
    if (actor.exited || !actor.doings || !actor.doings->first ||
        actor.doings->first->kind == facts::FlightKind::receive)
        return std::nullopt;
    return std::max(actor.doings->first->at - actor.started, Nanos{});
}

std::optional<LateBoot> judge(const Scene &scene, const facts::Actor &actor) {
    std::vector<Nanos> boots;
    for (const facts::Actor *sibling : scene.children(actor.ppid)) {
        if (sibling == &actor || sibling->exited || !run_the_same(actor, *sibling))
            continue;
        const std::optional<Nanos> boot = boot_of(*sibling);
        if (!boot)
            return std::nullopt;
        boots.push_back(*boot);
    }
    if (boots.size() < fewest_siblings)
        return std::nullopt;
    const Nanos slowest = std::ranges::max(boots);
    const Nanos up_for = scene.now().at - actor.started;
    if (up_for < std::max(scene.policy().stall_after, times_slower * slowest))
        return std::nullopt;
    return LateBoot{
        &actor,
        fmt::format("its {} siblings that run the same program spoke up or connected within {} of their "
                    "start; it has been up for {} and has done neither",
                    boots.size(), within_text(slowest), duration_text(up_for))};
}

} // namespace

std::optional<LateBoot> late_boot(const Scene &scene, const std::set<facts::Pid> &among) {
    for (const facts::Pid pid : among)
        if (const facts::Actor &actor = *scene.actor(pid); is_silent(scene, actor))
            if (std::optional<LateBoot> found = judge(scene, actor))
                return found;
    return std::nullopt;
}

} // namespace unwedge::diagnosis
