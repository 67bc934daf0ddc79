// SPDX-License-Identifier: GPL-2.0-only
#include "report/trees.h"

#include "report/context.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace unwedge::report {
namespace {

using diagnosis::Diagnosis;
using diagnosis::Verdict;
using facts::Actor;
using facts::Pid;
using facts::Snapshot;

constexpr Pid init = 1;

/// Actors that become one set after the other.
class Sets {
  public:
    explicit Sets(const Snapshot &snapshot) {
        for (const auto &[pid, actor] : snapshot.actors)
            parents_.emplace(pid, pid);
    }

    /// The one that stands for the set of `pid`, which must be an actor.
    Pid find(Pid pid) {
        Pid &parent = parents_.at(pid);
        if (parent != pid)
            parent = find(parent);
        return parent;
    }
    /// Nothing happens if one of them is no actor.
    void join(Pid one, Pid other) {
        if (parents_.contains(one) && parents_.contains(other))
            parents_.at(find(one)) = find(other);
    }

  private:
    std::unordered_map<Pid, Pid> parents_;
};

/// It began its session and still is the program that it was before. Not a daemon, whose parent has ended.
bool forked_into_its_session(const Actor &actor) {
    return actor.session == actor.pid && actor.forked && actor.ppid != init;
}

void join_sessions(const Snapshot &snapshot, Sets &sets) {
    std::unordered_map<Pid, Pid> members; ///< session → one of it
    for (const auto &[pid, actor] : snapshot.actors) {
        if (actor.session > 0)
            sets.join(pid, members.try_emplace(actor.session, pid).first->second);
        if (actor.session <= 0 || forked_into_its_session(actor))
            sets.join(pid, actor.ppid);
    }
}

bool stands(const Verdict &verdict) {
    return verdict.state == diagnosis::State::confirmed;
}

void join_waiting(const Diagnosis &diagnosis, Sets &sets) {
    for (const Verdict &verdict : diagnosis.verdicts) {
        if (!stands(verdict))
            continue;
        for (const std::optional<Pid> &other : {verdict.waits_on, verdict.final_blocker})
            if (other)
                sets.join(verdict.pid, *other);
    }
}

/// The oldest whose parent is not in the tree.
Pid root_of(const Snapshot &snapshot, const std::vector<Pid> &pids) {
    const auto rank = [&](Pid pid) {
        const Actor &actor = snapshot.actors.at(pid);
        return std::tuple(std::ranges::binary_search(pids, actor.ppid), actor.started, pid);
    };
    return *std::ranges::min_element(pids, {}, rank);
}

Tree::State state_by(const Verdict &verdict) {
    if (!stands(verdict) || verdict.role != diagnosis::Role::culprit)
        return Tree::State::healthy;
    return verdict.confidence == diagnosis::Confidence::inconclusive ? Tree::State::inconclusive
                                                                     : Tree::State::wedged;
}

bool has_actor(const Tree &tree, Pid pid) {
    return std::ranges::binary_search(tree.actors, pid);
}

/// Its actors and what they hold, with the ends that wait in a queue of theirs.
Snapshot restricted_snapshot(const Tree &tree, const Snapshot &all) {
    Snapshot part;
    part.at = all.at;
    part.provenance = all.provenance;
    part.losses = all.losses;
    part.last_loss = all.last_loss;
    part.hidden = all.hidden;
    part.receives_counted_since = all.receives_counted_since;
    std::set<facts::EndId> held;
    for (const Pid pid : tree.actors) {
        const Actor &actor = part.actors.emplace(pid, all.actors.at(pid)).first->second;
        for (const facts::Hold &hold : actor.holds)
            held.insert(hold.end);
    }
    for (const auto &[id, end] : all.ends)
        if (held.contains(id) || (end.pending_on && held.contains(end.pending_on)))
            part.ends.emplace(id, end);
    std::ranges::copy_if(all.listeners, std::back_inserter(part.listeners),
                         [&](const facts::Listener &one) { return held.contains(one.id); });
    return part;
}

/// What is said of its actors; of waits, those between two of them.
Diagnosis restricted_diagnosis(const Tree &tree, const Diagnosis &all) {
    Diagnosis part;
    for (const Pid pid : tree.actors)
        if (const auto health = all.health.find(pid); health != all.health.end())
            part.health.insert(*health);
    std::ranges::copy_if(all.verdicts, std::back_inserter(part.verdicts),
                         [&](const Verdict &verdict) { return has_actor(tree, verdict.pid); });
    std::ranges::copy_if(all.waits, std::back_inserter(part.waits), [&](const diagnosis::WaitEdge &edge) {
        return has_actor(tree, edge.from) && has_actor(tree, edge.to);
    });
    std::ranges::copy_if(all.notes, std::back_inserter(part.notes),
                         [&](const diagnosis::Note &note) { return note.pid && has_actor(tree, *note.pid); });
    return part;
}

} // namespace

std::vector<Tree> trees_of(const Snapshot &snapshot, const Diagnosis &diagnosis) {
    Sets sets(snapshot);
    join_sessions(snapshot, sets);
    join_waiting(diagnosis, sets);
    std::map<Pid, Tree> by_set;
    for (const auto &[pid, actor] : snapshot.actors)
        by_set[sets.find(pid)].actors.push_back(pid);
    for (const Verdict &verdict : diagnosis.verdicts)
        if (snapshot.actors.contains(verdict.pid)) {
            Tree &tree = by_set[sets.find(verdict.pid)];
            tree.state = std::min(tree.state, state_by(verdict));
        }
    for (const diagnosis::Note &note : diagnosis.notes)
        if (note.pid && snapshot.actors.contains(*note.pid))
            ++by_set[sets.find(*note.pid)].notes;
    std::vector<Tree> trees;
    trees.reserve(by_set.size());
    for (auto &[set, tree] : by_set) {
        tree.root = root_of(snapshot, tree.actors);
        trees.push_back(std::move(tree));
    }
    std::ranges::sort(trees, [](const Tree &left, const Tree &right) {
        return std::tuple(left.state, right.actors.size(), left.root) <
               std::tuple(right.state, left.actors.size(), right.root);
    });
    return trees;
}

Context restricted_to(const Tree &tree, const Context &context) {
    Context part{.at = context.at,
                 .host = context.host,
                 .kernel = context.kernel,
                 .tier = context.tier,
                 .level = context.level,
                 .hooks = context.hooks,
                 .command = context.command,
                 .provoked = context.provoked,
                 .watched = context.watched,
                 .snapshot = restricted_snapshot(tree, context.snapshot),
                 .diagnosis = restricted_diagnosis(tree, context.diagnosis),
                 .stacks = {},
                 .trees = {}};
    if (context.stacks) {
        part.stacks.emplace();
        for (const auto &[tid, stack] : *context.stacks)
            if (has_actor(tree, stack.pid))
                part.stacks->emplace(tid, stack);
    }
    return part;
}

} // namespace unwedge::report
