// SPDX-License-Identifier: GPL-2.0-only
#include "procfs/family.h"

namespace unwedge::procfs {

std::set<Pid> protected_from(Pid self, const ProcessTable &table) {
    std::set<Pid> spared{1, self};
    for (auto one = table.find(self); one != table.end(); one = table.find(one->second.ppid))
        if (!spared.insert(one->second.ppid).second)
            break;
    return spared;
}

bool Family::take_in(Pid pid, const Stat &stat, int depth) {
    if (spared_.contains(pid))
        return false;
    const auto [member, is_new] = members_.try_emplace(pid, Member{stat, depth});
    if (is_new || is_same(member->second.stat, stat))
        return is_new;
    member->second = {stat, depth}; // the old one has ended
    return true;
}

void Family::add(Pid pid, const ProcessTable &table) {
    if (const auto one = table.find(pid); one != table.end())
        take_in(pid, one->second, 0);
}

const Family::Member *Family::leader(Pid number, std::uint64_t started, const ProcessTable &table) const {
    const auto member = members_.find(number);
    if (member == members_.end() || member->second.stat.starttime > started)
        return nullptr;
    const auto alive = table.find(number);
    const bool is_another = alive != table.end() && !is_same(alive->second, member->second.stat);
    return is_another ? nullptr : &member->second;
}

/// Is `parent` one to whom orphans of what `leader` leads are given? Above the leader's own parent that is:
/// who has that parent, or one beside it, is the other end of a shell's pipeline.
bool Family::adopts(Pid parent, const Member &leader, const ProcessTable &table) const {
    std::set<Pid> seen;
    for (auto one = table.find(leader.stat.ppid); one != table.end() && seen.insert(one->first).second;
         one = table.find(one->second.ppid))
        if (one->second.ppid == parent)
            return true;
    return false;
}

/// By its parent; or, if it is an orphan, by its group and its session, which are all that tells of it.
const Family::Member *Family::origin(Pid pid, const Stat &stat, const ProcessTable &table) const {
    if (const Member *parent = leader(stat.ppid, stat.starttime, table))
        return parent;
    for (const Pid number : {stat.pgrp, stat.session})
        if (const Member *from = number == pid ? nullptr : leader(number, stat.starttime, table))
            if (adopts(stat.ppid, *from, table))
                return from;
    return nullptr;
}

std::size_t Family::grow(const ProcessTable &table) {
    std::size_t grown = 0;
    // Numbers can have wrapped: a child's may be below its parent's.
    for (bool found = true; found;) {
        found = false;
        for (const auto &[pid, stat] : table) {
            const Member *from = origin(pid, stat, table);
            if (from && take_in(pid, stat, from->depth + 1)) {
                found = true;
                ++grown;
            }
        }
    }
    return grown;
}

bool Family::has(Pid pid, const ProcessTable &table) const {
    const auto member = members_.find(pid);
    const auto alive = table.find(pid);
    return member != members_.end() && alive != table.end() && is_same(member->second.stat, alive->second);
}

std::vector<Pid> Family::living(const ProcessTable &table) const {
    std::vector<Pid> pids;
    for (const auto &[pid, member] : members_)
        if (has(pid, table))
            pids.push_back(pid);
    return pids;
}

} // namespace unwedge::procfs
