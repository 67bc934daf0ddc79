// SPDX-License-Identifier: GPL-2.0-only
#include "profiles/namer.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <vector>

namespace unwedge::profiles {
namespace {

/// Older ones first: so numbers are given in the order of birth.
std::vector<facts::Pid> by_age(const facts::Snapshot &snapshot) {
    std::vector<facts::Pid> pids;
    pids.reserve(snapshot.actors.size());
    for (const auto &[pid, actor] : snapshot.actors)
        pids.push_back(pid);
    std::ranges::sort(pids, [&](facts::Pid left, facts::Pid right) {
        return std::tuple(snapshot.actors.at(left).started, left) <
               std::tuple(snapshot.actors.at(right).started, right);
    });
    return pids;
}

const facts::Actor *parent_of(const facts::Snapshot &snapshot, const facts::Actor &actor) {
    const auto found = snapshot.actors.find(actor.ppid);
    return found == snapshot.actors.end() || actor.ppid == actor.pid ? nullptr : &found->second;
}

/// The same process running the same program? Of a dead one only the events' idea of its start is left.
bool goes_on(Nanos started, const Traits &before, const facts::Actor &actor, const Traits &now) {
    return (actor.exited || started == actor.started) && before.forked == now.forked &&
           before.argv == now.argv;
}

} // namespace

void Namer::name(facts::Snapshot &snapshot) {
    Kinship kinship(snapshot);
    std::set<facts::Pid> begun;
    for (const facts::Pid pid : by_age(snapshot)) {
        // A rule may ask for the parent's profile, so parents come first. Not by recursion: how deep a tree
        // is, is up to the tree.
        std::vector<facts::Pid> line;
        for (const facts::Actor *actor = &snapshot.actors.at(pid); actor && begun.insert(actor->pid).second;
             actor = parent_of(snapshot, *actor))
            line.push_back(actor->pid);
        std::ranges::reverse(line);
        for (const facts::Pid next : line)
            name_one(snapshot, kinship, snapshot.actors.at(next));
    }
    forget_the_gone(snapshot);
}

Parent Namer::family_of(const facts::Actor *parent) const {
    if (!parent)
        return {};
    const auto known = known_.find(parent->pid);
    return {.pid = parent->pid,
            .name = parent->name,
            .profile = parent->profile,
            .argv = known == known_.end() ? joined(parent->argv) : known->second.traits.argv,
            .program = parent->argv.empty() ? "" : program_name(parent->argv.front())};
}

/// What is known of the actor, if it is still the same. What only its birth could tell is put back into
/// `traits`: who bore it, and that its title came with it.
Namer::Known &Namer::known_of(const facts::Actor &actor, const facts::Actor *parent, Traits &traits) {
    const auto before = known_.find(actor.pid);
    if (before != known_.end() && !goes_on(before->second.started, before->second.traits, actor, traits))
        known_.erase(before);
    Known &known = known_[actor.pid];
    if (known.traits.parent.pid && known.traits.parent.pid != actor.ppid) {
        traits.parent = known.traits.parent;
        traits.same_program = known.traits.same_program;
    }
    if (actor.forked && parent && actor.title == parent->title)
        known.inherited_title = actor.title;
    if (!actor.title.empty() && actor.title == known.inherited_title)
        traits.title.clear();
    return known;
}

void Namer::name_one(const facts::Snapshot &snapshot, Kinship &kinship, facts::Actor &actor) {
    const facts::Actor *parent = parent_of(snapshot, actor);
    Traits traits = traits_of(actor, parent, family_of(parent), kinship.links_to_parent(actor));
    Known &known = known_of(actor, parent, traits);
    known.started = actor.started;
    if (known.traits != traits) {
        known.traits = std::move(traits);
        recognise(known);
    }
    if (!known.rule)
        return;
    actor.name = known.name;
    actor.profile = known.profile;
}

/// A rule that comes sooner takes the place of the one that recognised it so far, never a later one: a
/// channel that was closed, a parent that died and a title that was wiped make nobody a stranger.
void Namer::recognise(Known &known) {
    const std::vector<Rule> &rules = profiles_.rules();
    const std::size_t end = known.rule ? *known.rule + 1 : rules.size();
    for (std::size_t place = 0; place < end; ++place) {
        const Rule &rule = rules[place];
        const auto groups = rule.match(known.traits);
        if (!groups)
            continue;
        Fillings fillings{.groups = *groups, .program = known.traits.called};
        fillings.parent = known.traits.parent.pid ? known.traits.parent.name : known.traits.called;
        if (rule.name.is_numbered())
            fillings.number = number_of(known, rule);
        std::string name = rule.name.expand(fillings);
        if (name.empty())
            continue;
        known.rule = place;
        known.name = std::move(name);
        known.profile = rule.profile;
        return;
    }
}

/// Rules with the same form of name share their numbers, so that one actor keeps its own when another rule
/// recognises it.
std::size_t Namer::number_of(Known &known, const Rule &rule) {
    const bool has_one =
        known.number && known.rule && profiles_.rules()[*known.rule].name.text() == rule.name.text();
    if (!has_one)
        known.number = ++numbered_[{known.traits.parent.pid, rule.name.text()}];
    return *known.number;
}

void Namer::forget_the_gone(const facts::Snapshot &snapshot) {
    auto is_gone = [&](facts::Pid pid) { return !snapshot.actors.contains(pid); };
    std::erase_if(known_, [&](const auto &entry) { return is_gone(entry.first); });
    std::erase_if(numbered_,
                  [&](const auto &entry) { return entry.first.first && is_gone(entry.first.first); });
}

} // namespace unwedge::profiles
