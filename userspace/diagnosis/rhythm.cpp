// SPDX-License-Identifier: GPL-2.0-only
#include "diagnosis/rhythm.h"

#include "util/units.h"

#include <fmt/format.h>

#include <algorithm>

namespace unwedge::diagnosis {
namespace {

constexpr std::uint32_t fewest_answered = 8; ///< of these a rhythm is learnt
constexpr int much_longer = 10;              ///< times the slowest

bool has_rhythm(const facts::Conversation &one) {
    return one.answered >= fewest_answered && one.asked;
}

/// Some of the answer came, and the rest of it does not.
bool owes_the_rest(const Scene &scene, const facts::Conversation &one) {
    return has_rhythm(one) && one.sent > 0 && one.sent < one.messages &&
           scene.now().at - *one.asked >= std::max(scene.policy().stall_after, much_longer * one.slowest);
}

/// Of the clock of the records, which may tick every 10 ms only: never less than that.
std::string within(Nanos length) {
    constexpr Nanos finest(std::chrono::milliseconds(1));
    return duration_text(std::max(length, finest));
}

} // namespace

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
    if (!one || !has_rhythm(*one))
        return std::nullopt;
    return fmt::format("{} requests were answered within {} with {} each; this one, {} ago, got {}",
                       one->answered, within(one->slowest), counted(one->messages, "message"),
                       duration_text(scene.now().at - *one->asked),
                       one->sent == 0 ? "none" : std::to_string(one->sent));
}

} // namespace unwedge::diagnosis
