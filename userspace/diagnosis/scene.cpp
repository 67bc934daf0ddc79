// SPDX-License-Identifier: GPL-2.0-only
#include "diagnosis/scene.h"

#include <algorithm>
#include <set>
#include <utility>

namespace unwedge::diagnosis {
namespace {

const facts::Thread *find_thread(const facts::Actor &actor, facts::Pid tid) {
    auto found = std::ranges::find(actor.threads, tid, &facts::Thread::tid);
    return found == actor.threads.end() ? nullptr : &*found;
}

} // namespace

Scene::Scene(const facts::Snapshot &now, const facts::Snapshot *before, const Policy &policy)
    : now_(now), before_(before), policy_(policy) {
    for (const auto &[pid, actor] : now.actors) {
        children_[actor.ppid].push_back(&actor);
        if (actor.exited)
            continue;
        for (const facts::Hold &hold : actor.holds)
            if (hold.end)
                holders_[hold.end].push_back({&actor, hold.fd});
    }
    for (const facts::Listener &one : now.listeners) {
        facts::End end{.id = one.id, .kind = one.kind, .address = one.address, .state = "LISTEN"};
        end.unread = one.queued;
        end.unread_since = one.queued_since;
        listener_by_id_.emplace(one.id, listeners_.size());
        listeners_.push_back(std::move(end));
    }
}

std::optional<Nanos> Scene::window() const {
    return before_ ? std::optional(now_.at - before_->at) : std::nullopt;
}

const std::vector<Holder> &Scene::holders(facts::EndId end) const {
    static const std::vector<Holder> none;
    auto found = holders_.find(end);
    return found == holders_.end() ? none : found->second;
}

const facts::End *Scene::end(facts::EndId id) const {
    if (auto found = now_.ends.find(id); found != now_.ends.end())
        return &found->second;
    const auto listener = listener_by_id_.find(id);
    return listener == listener_by_id_.end() ? nullptr : &listeners_[listener->second];
}

const facts::End *Scene::end_of(const facts::Actor &actor, int fd) const {
    auto hold = std::ranges::find(actor.holds, fd, &facts::Hold::fd);
    return hold == actor.holds.end() ? nullptr : end(hold->end);
}

const facts::Actor *Scene::actor(facts::Pid pid) const {
    auto found = now_.actors.find(pid);
    return found == now_.actors.end() ? nullptr : &found->second;
}

const std::vector<const facts::Actor *> &Scene::children(facts::Pid parent) const {
    static const std::vector<const facts::Actor *> none;
    const auto found = children_.find(parent);
    return found == children_.end() ? none : found->second;
}

const facts::Actor *Scene::before(const facts::Actor &actor) const {
    if (!before_)
        return nullptr;
    auto found = before_->actors.find(actor.pid);
    bool same = found != before_->actors.end() && found->second.started == actor.started;
    return same ? &found->second : nullptr;
}

const facts::End *Scene::before(const facts::End &end) const {
    if (!before_)
        return nullptr;
    auto found = before_->ends.find(end.id);
    return found == before_->ends.end() ? nullptr : &found->second;
}

const facts::Thread *Scene::before(const facts::Actor &actor, const facts::Thread &thread) const {
    const facts::Actor *earlier = before(actor);
    return earlier ? find_thread(*earlier, thread.tid) : nullptr;
}

std::optional<double> Scene::cpu_share(const facts::Actor &actor) const {
    const facts::Actor *earlier = before(actor);
    if (!earlier || !actor.cpu || !earlier->cpu || now_.at <= before_->at)
        return std::nullopt;
    Nanos demand = *actor.cpu - *earlier->cpu;
    for (const facts::Thread &thread : actor.threads)
        if (const facts::Thread *then = find_thread(*earlier, thread.tid))
            demand += thread.run_delay.value_or(Nanos{}) - then->run_delay.value_or(Nanos{});
    return seconds(demand) / seconds(now_.at - before_->at);
}

bool Scene::has_busy_descendant(const facts::Actor &actor) const {
    std::set<facts::Pid> met{actor.pid}; // parents that are each other's exist only in hostile input
    std::vector<facts::Pid> parents{actor.pid};
    while (!parents.empty()) {
        const facts::Pid parent = parents.back();
        parents.pop_back();
        for (const facts::Actor *child : children(parent)) {
            if (!met.insert(child->pid).second)
                continue;
            if (!child->exited && is_busy(*child))
                return true;
            parents.push_back(child->pid);
        }
    }
    return false;
}

bool Scene::is_busy(const facts::Actor &actor) const {
    return cpu_share(actor).value_or(0) >= policy_.busy_share;
}

} // namespace unwedge::diagnosis
