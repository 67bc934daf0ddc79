// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "report/cast.h"

#include <map>
#include <optional>
#include <set>
#include <vector>

namespace unwedge::report {

/// Which actors the process tree shows, and under whom. A small tree is shown whole; of a large one, those
/// that matter and their ancestors, the others folded into a count below the nearest ancestor that is shown.
class TreeSelection {
  public:
    TreeSelection(const Context &context, const Cast &cast);

    /// Key of what has no parent here.
    static constexpr Pid top = 0;

    std::vector<Pid> children(Pid shown_parent) const; ///< by pid
    std::vector<Pid> folded(Pid shown_parent) const;
    bool skips_ancestors(Pid shown) const; ///< stands under a farther ancestor than its parent

  private:
    Pid parent(Pid pid) const;
    Pid shown_ancestor(Pid pid) const;
    void find_parents();
    void drop_past_actors(const Cast &cast);
    void select(const Context &context, const Cast &cast);
    void arrange();
    void unfold_singles();
    void keep(Pid pid);
    void keep_with_ancestors(Pid pid);

    const facts::Snapshot &snapshot_;
    std::map<Pid, Pid> parents_; ///< of every actor worth counting; `top` for a root
    std::set<Pid> shown_;
    std::map<Pid, std::vector<Pid>> children_;
    std::map<Pid, std::vector<Pid>> folded_;
};

} // namespace unwedge::report
