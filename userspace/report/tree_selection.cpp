// SPDX-License-Identifier: GPL-2.0-only
#include "report/tree_selection.h"

namespace unwedge::report {

namespace {

using diagnosis::Health;

// Each shown actor may have a line for what is folded below it, so a tree has at most twice as many lines.
constexpr std::size_t most_shown_whole = 16;
constexpr std::size_t most_shown = 19;
constexpr std::size_t most_uninvolved = 12;
constexpr int most_ancestors = 6;

bool is_active(const diagnosis::Diagnosis &diagnosis, Pid pid) {
    const auto health = diagnosis.health.find(pid);
    if (health == diagnosis.health.end())
        return false;
    return health->second != Health::parked && health->second != Health::blocked &&
           health->second != Health::dead;
}

} // namespace

TreeSelection::TreeSelection(const Context &context, const Cast &cast) : snapshot_(context.snapshot) {
    find_parents();
    drop_past_actors(cast);
    select(context, cast);
    arrange();
    unfold_singles();
    arrange();
}

void TreeSelection::arrange() {
    children_.clear();
    folded_.clear();
    for (const auto &[pid, parent_pid] : parents_)
        (shown_.contains(pid) ? children_ : folded_)[shown_ancestor(pid)].push_back(pid);
}

/// A line that counts one actor can as well show it.
void TreeSelection::unfold_singles() {
    for (const auto &[ancestor, pids] : folded_)
        if (pids.size() == 1)
            shown_.insert(pids.front());
}

std::vector<Pid> TreeSelection::children(Pid shown_parent) const {
    const auto found = children_.find(shown_parent);
    return found == children_.end() ? std::vector<Pid>{} : found->second;
}

std::vector<Pid> TreeSelection::folded(Pid shown_parent) const {
    const auto found = folded_.find(shown_parent);
    return found == folded_.end() ? std::vector<Pid>{} : found->second;
}

bool TreeSelection::skips_ancestors(Pid shown) const {
    return shown_ancestor(shown) != parent(shown);
}

Pid TreeSelection::parent(Pid pid) const {
    const auto found = parents_.find(pid);
    return found == parents_.end() ? top : found->second;
}

Pid TreeSelection::shown_ancestor(Pid pid) const {
    Pid ancestor = parent(pid);
    while (ancestor != top && !shown_.contains(ancestor))
        ancestor = parent(ancestor);
    return ancestor;
}

/// Parents as /proc told them at different instants may form a circle, which is cut where it would close.
void TreeSelection::find_parents() {
    for (const auto &[pid, actor] : snapshot_.actors) {
        Pid ancestor = actor.ppid;
        while (ancestor != top && ancestor != pid)
            ancestor = parent(ancestor);
        const bool is_root = ancestor == pid || !snapshot_.actors.contains(actor.ppid);
        parents_[pid] = is_root ? top : actor.ppid;
    }
}

/// The exited ones count only with a verdict of their own or with living descendants.
void TreeSelection::drop_past_actors(const Cast &cast) {
    std::set<Pid> wanted;
    const auto want = [&](Pid pid) {
        for (; pid != top && wanted.insert(pid).second; pid = parent(pid)) {
        }
    };
    for (const auto &[pid, actor] : snapshot_.actors)
        if (!actor.exited)
            want(pid);
    for (const Cast::Verdicts *verdicts : {&cast.culprits, &cast.suspects, &cast.victims, &cast.past})
        for (const diagnosis::Verdict *verdict : *verdicts)
            if (parents_.contains(verdict->pid))
                want(verdict->pid);
    std::erase_if(parents_, [&](const auto &entry) { return !wanted.contains(entry.first); });
}

void TreeSelection::select(const Context &context, const Cast &cast) {
    if (parents_.size() <= most_shown_whole) {
        for (const auto &[pid, parent_pid] : parents_)
            shown_.insert(pid);
        return;
    }
    for (const Cast::Verdicts *verdicts : {&cast.culprits, &cast.suspects, &cast.victims, &cast.past})
        for (const diagnosis::Verdict *verdict : *verdicts)
            keep_with_ancestors(verdict->pid);
    for (const bool active : {false, true})
        for (const auto &[pid, parent_pid] : parents_)
            if (shown_.size() < most_uninvolved &&
                (active ? is_active(context.diagnosis, pid) : parent_pid == top))
                keep_with_ancestors(pid);
}

void TreeSelection::keep(Pid pid) {
    if (shown_.size() < most_shown && parents_.contains(pid))
        shown_.insert(pid);
}

void TreeSelection::keep_with_ancestors(Pid pid) {
    keep(pid);
    Pid root = pid;
    for (int distance = 1; parent(root) != top; ++distance) {
        root = parent(root);
        if (distance <= most_ancestors)
            keep(root);
    }
    keep(root);
}

} // namespace unwedge::report
