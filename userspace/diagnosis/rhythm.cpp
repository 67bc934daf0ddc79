// SPDX-License-Identifier: GPL-2.0-only
#include "diagnosis/rhythm.h"

#include "util/units.h"

#include <fmt/format.h>

#include <algorithm>

namespace unwedge::diagnosis {
namespace {

constexpr std::uint32_t fewest_answered = 8; ///< of these a rhythm is learnt
constexpr int much_longer = 10;              ///< times the slowest

/// How long ago the latest request came to one whose rhythm is known; nullopt: it is not.
std::optional<Nanos> asked_ago(const Scene &scene, const facts::Conversation &one) {
    if (!one.asked || one.answered < fewest_answered)
        return std::nullopt;
    return scene.now().at - *one.asked;
}

/// Some of the answer came, and the rest of it does not.
bool owes_the_rest(const Scene &scene, const facts::Conversation &one) {
    const std::optional<Nanos> ago = asked_ago(scene, one);
    return ago && one.sent > 0 && one.sent < one.messages &&
           *ago >= std::max(scene.policy().stall_after, much_longer * one.slowest);
}

} // namespace

std::string within_text(Nanos length) {
    constexpr Nanos finest(std::chrono::milliseconds(1));
    return duration_text(std::max(length, finest));
}

const facts::Conversation *conversation_of(const facts::Actor &actor, facts::EndId end) {
    if (!actor.doings)
        return nullptr;
    const auto found = actor.doings->conversations.find(end);
    return found == actor.doings->conversations.end() ? nullptr : &found->second;
}

bool is_owed(const Scene &scene, const facts::Actor &asker, const facts::End &own) {
    const facts::Conversation *asked = conversation_of(asker, own.id);
    if (asked && owes_the_rest(scene, *asked))
        return false; // what it sent last is part of an answer
    if (asked ? asked->spoke_last : facts::spoke_last(own) == true)
        return true;
    return std::ranges::any_of(scene.holders(own.peer), [&](const Holder &holder) {
        const facts::Conversation *answers = conversation_of(*holder.actor, own.peer);
        return answers && owes_the_rest(scene, *answers);
    });
}

std::optional<std::string> rhythm_text(const Scene &scene, const facts::Actor &answerer, facts::EndId end) {
    const facts::Conversation *one = conversation_of(answerer, end);
    const std::optional<Nanos> ago = one ? asked_ago(scene, *one) : std::nullopt;
    if (!ago)
        return std::nullopt;
    return fmt::format("{} requests were answered within {} with {} each; this one, {} ago, got {}",
                       one->answered, within_text(one->slowest), counted(one->messages, "message"),
                       duration_text(*ago), one->sent == 0 ? "none" : std::to_string(one->sent));
}

} // namespace unwedge::diagnosis
