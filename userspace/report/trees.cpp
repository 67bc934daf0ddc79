// SPDX-License-Identifier: GPL-2.0-only
#include "report/trees.h"

#include "report/context.h"

#include <algorithm>
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
    const std::set<Pid> pids(tree.actors.begin(), tree.actors.end());
    const Snapshot &all = context.snapshot;
    Context part{.at = context.at,
                 .host = context.host,
                 .kernel = context.kernel,
                 .tier = context.tier,
                 .level = context.level,
                 .hooks = context.hooks,
                 .command = context.command,
                 .snapshot = {},
                 .diagnosis = {},
                 .stacks = {},
                 .trees = {}};
    Snapshot &snapshot = part.snapshot;
    snapshot.at = all.at;
    snapshot.provenance = all.provenance;
    snapshot.losses = all.losses;
    snapshot.last_loss = all.last_loss;
    snapshot.hidden = all.hidden;
    snapshot.receives_counted_since = all.receives_counted_since;
    std::set<facts::EndId> held;
    for (const Pid pid : tree.actors) {
        const Actor &actor = snapshot.actors.emplace(pid, all.actors.at(pid)).first->second;
        for (const facts::Hold &hold : actor.holds)
            held.insert(hold.end);
        if (const auto health = context.diagnosis.health.find(pid); health != context.diagnosis.health.end())
            part.diagnosis.health.insert(*health);
    }
    for (const auto &[id, end] : all.ends)
        if (held.contains(id) || (end.pending_on && held.contains(end.pending_on)))
            snapshot.ends.emplace(id, end);
    std::ranges::copy_if(all.listeners, std::back_inserter(snapshot.listeners),
                         [&](const facts::Listener &one) { return held.contains(one.id); });
    std::ranges::copy_if(context.diagnosis.verdicts, std::back_inserter(part.diagnosis.verdicts),
                         [&](const Verdict &verdict) { return pids.contains(verdict.pid); });
    std::ranges::copy_if(
        context.diagnosis.waits, std::back_inserter(part.diagnosis.waits),
        [&](const diagnosis::WaitEdge &edge) { return pids.contains(edge.from) && pids.contains(edge.to); });
    std::ranges::copy_if(context.diagnosis.notes, std::back_inserter(part.diagnosis.notes),
                         [&](const diagnosis::Note &note) { return note.pid && pids.contains(*note.pid); });
    if (context.stacks) {
        part.stacks.emplace();
        for (const auto &[tid, stack] : *context.stacks)
            if (pids.contains(stack.pid))
                part.stacks->emplace(tid, stack);
    }
    return part;
}

} // namespace unwedge::report
