// SPDX-License-Identifier: GPL-2.0-only
#include "expect/leftovers.h"

#include "expect/phrases.h"
#include "facts/actor_name.h"
#include "util/printable.h"
#include "util/units.h"

#include <fmt/format.h>

#include <map>

namespace unwedge::expect {
namespace {

constexpr std::size_t most_named = 3;

/// "a, b, c and 2 more".
std::string some_of(const std::vector<std::string> &all) {
    std::string text;
    for (std::size_t i = 0; i < all.size() && i < most_named; ++i)
        text += fmt::format("{}{}", i == 0 ? "" : ", ", all[i]);
    if (all.size() > most_named)
        text += fmt::format(" and {} more", all.size() - most_named);
    return text;
}

std::string who(const facts::Actor &actor) {
    return fmt::format("'{}' (pid {})", printable(facts::actor_name(actor.argv, actor.comm)), actor.pid);
}

std::string who(const Ending &ending, facts::Pid pid) {
    if (ending.look)
        if (const auto found = ending.look->actors.find(pid); found != ending.look->actors.end())
            return who(found->second);
    return fmt::format("process {}", pid);
}

std::vector<std::string> orphans(const Ending &ending) {
    std::vector<std::string> all;
    all.reserve(ending.left.size());
    for (const facts::Pid pid : ending.left)
        all.push_back(who(ending, pid));
    return all;
}

/// Who holds it of those who live.
const facts::Actor *holder_of(const facts::Snapshot &look, facts::EndId end) {
    for (const auto &[pid, actor] : look.actors)
        for (const facts::Hold &hold : actor.holds)
            if (hold.end == end && !actor.exited)
                return &actor;
    return nullptr;
}

std::vector<std::string> listeners(const facts::Snapshot &look) {
    std::vector<std::string> all;
    for (const facts::Listener &listener : look.listeners)
        if (const facts::Actor *holder = holder_of(look, listener.id))
            all.push_back(fmt::format("{} at {}", who(*holder), printable(listener.address)));
    return all;
}

std::vector<std::string> close_waits(const facts::Snapshot &look) {
    std::vector<std::string> all;
    for (const auto &[id, end] : look.ends)
        if (end.state == "CLOSE_WAIT")
            if (const facts::Actor *holder = holder_of(look, id))
                all.push_back(fmt::format("{} from {} to {}", who(*holder), printable(end.address),
                                          printable(end.remote_address)));
    return all;
}

/// Whoever is left, and what he holds, is known from a look at him.
std::string doubt_of_look(const Ending &ending) {
    if (ending.left.empty())
        return "";
    if (!ending.look)
        return "no look could be taken at who was left";
    return ending.look->hidden.empty() ? "" : "hidden: " + printable(ending.look->hidden.front());
}

std::vector<std::string> found_at_the_end(Word word, const Ending &ending) {
    if (word == Word::no_orphans)
        return orphans(ending);
    if (!ending.look)
        return {};
    return word == Word::no_listeners ? listeners(*ending.look) : close_waits(*ending.look);
}

std::string deed(Word word) {
    switch (word) {
    case Word::no_orphans: return "still there";
    case Word::no_listeners: return "still listening";
    default: return "still holding what the other side has closed";
    }
}

} // namespace

Outcome judge_leftovers(const Expectation &expectation, const Ending &ending, const std::string &doubt) {
    Outcome outcome{expectation.spec, Finding::unknown, phrase_of(expectation), ""};
    if (ending.by_unwedge) {
        outcome.text = "unwedge ended the tree";
        return outcome;
    }
    const std::vector<std::string> found = found_at_the_end(expectation.word, ending);
    const std::string unseen = expectation.word == Word::no_orphans ? "" : doubt_of_look(ending);
    if (!found.empty()) {
        outcome.finding = Finding::failed;
        outcome.text = fmt::format("{} after its end {}: {}", duration_text(leftover_grace),
                                   deed(expectation.word), some_of(found));
    } else if (!doubt.empty() || !unseen.empty()) {
        outcome.text = doubt.empty() ? unseen : doubt;
    } else {
        outcome.finding = Finding::held;
        outcome.text = "there was none";
    }
    return outcome;
}

} // namespace unwedge::expect
