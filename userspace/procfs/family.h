// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "procfs/process_table.h"

#include <map>
#include <set>
#include <vector>

namespace unwedge::procfs {

/// The processes that must live whatever is asked: `self`, its ancestors as `table` has them, and pid 1.
std::set<Pid> protected_from(Pid self, const ProcessTable &table);

/// Some processes and all that come from them. Who was forked by a member stays one when its parent ends and
/// it is given to another: if a table has shown it with that parent once, or it is in a process group or
/// session that a member leads.
class Family {
  public:
    /// `spared` never become members, nor does what comes from them.
    explicit Family(std::set<Pid> spared) : spared_(std::move(spared)) {}

    /// Takes in `pid` if `table` has it and it is not spared.
    void add(Pid pid, const ProcessTable &table);
    /// One more that never becomes a member.
    void spare(Pid pid) { spared_.insert(pid); }
    /// Takes in all that comes from members. Returns how many are new.
    std::size_t grow(const ProcessTable &table);

    /// Those that `table` shows alive.
    std::vector<Pid> living(const ProcessTable &table) const;
    /// How many generations below the one that was added, of a member.
    int depth(Pid pid) const { return members_.at(pid).depth; }
    /// Is the process of that number in `table` a member, and not another one that got the number later?
    bool has(Pid pid, const ProcessTable &table) const;

  private:
    struct Member {
        Stat stat;
        int depth = 0; ///< below the root it comes from
    };

    /// The member that `number`, of a parent, a group or a session, means to a process that began at
    /// `started`.
    const Member *leader(Pid number, std::uint64_t started, const ProcessTable &table) const;
    bool adopts(Pid parent, const Member &leader, const ProcessTable &table) const;
    /// The member that `pid` comes from; null if it comes from none.
    const Member *origin(Pid pid, const Stat &stat, const ProcessTable &table) const;
    bool take_in(Pid pid, const Stat &stat, int depth);

    std::set<Pid> spared_;
    std::map<Pid, Member> members_;
};

} // namespace unwedge::procfs
