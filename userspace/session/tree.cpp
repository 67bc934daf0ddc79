// SPDX-License-Identifier: GPL-2.0-only
#include "session/tree.h"

#include <algorithm>
#include <utility>

namespace unwedge::session {
namespace {

/// What the kernel tells of a process without a number in our pid namespace. To system calls it means "all"
/// or "myself", so it must never become a member.
constexpr facts::Pid unnumbered = 0;

} // namespace

void Tree::plant(facts::Pid root, std::vector<std::string> argv, facts::Pid parent, Nanos started) {
    members_[root] = {.ppid = parent, .started = started, .argv = std::move(argv)};
    ++seen_;
}

void Tree::fork(const facts::Forked &event) {
    Member child{.ppid = event.parent, .started = event.at, .comm = event.comm, .forked = true};
    if (auto parent = members_.find(event.parent); parent != members_.end())
        child.argv = parent->second.argv;
    // A pid that was used before: the old process is gone for good.
    std::erase(dead_, event.child);
    members_[event.child] = std::move(child);
    ++seen_;
}

void Tree::bury(facts::Pid pid, std::optional<int> status) {
    auto member = members_.find(pid);
    if (member == members_.end() || member->second.exited)
        return;
    member->second.exited = true;
    member->second.status = status;
    dead_.push_back(pid);
    if (dead_.size() <= remembered_dead)
        return;
    members_.erase(dead_.front());
    dead_.pop_front();
}

void Tree::apply(const facts::Event &event) {
    if (const auto *forked = std::get_if<facts::Forked>(&event)) {
        if (forked->child != unnumbered)
            fork(*forked);
    } else if (const auto *executed = std::get_if<facts::Executed>(&event)) {
        if (executed->pid == unnumbered)
            return;
        Member &member = members_[executed->pid];
        member.comm = executed->comm;
        member.forked = false;
        if (!executed->argv.empty())
            member.argv = executed->argv;
    } else if (const auto *exited = std::get_if<facts::Exited>(&event)) {
        bury(exited->pid, exited->status);
    }
}

std::vector<facts::Pid> Tree::living() const {
    std::vector<facts::Pid> pids;
    for (const auto &[pid, member] : members_)
        if (!member.exited)
            pids.push_back(pid);
    return pids;
}

} // namespace unwedge::session
