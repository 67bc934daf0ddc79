// SPDX-License-Identifier: GPL-2.0-only
#include "diagnosis/scene.h"

#include <algorithm>
#include <set>

namespace unwedge::diagnosis {
namespace {

const facts::Thread *find_thread(const facts::Actor &actor, facts::Pid tid) {
    auto found = std::ranges::find(actor.threads, tid, &facts::Thread::tid);
    return found == actor.threads.end() ? nullptr : &*found;
}

} // namespace

Scene::Scene(const facts::Snapshot &now, const facts::Snapshot *before, const Policy &policy)
    : now_(now), before_(before), policy_(policy) {
    listeners_.reserve(now.listeners.size());
    places_.reserve(now.ends.size() + now.listeners.size());
    for (const auto &[id, end] : now.ends)
        places_[id].end = &end;
    for (const facts::Listener &one : now.listeners)
        add_listener(one);
    for (const auto &[pid, actor] : now.actors) {
        children_[actor.ppid].push_back(&actor);
        if (actor.exited)
            continue;
        for (const facts::Hold &hold : actor.holds)
            if (hold.end)
                places_[hold.end].holders.push_back({&actor, hold.fd});
    }
}

/// There is room for it in `listeners_`, whose elements stay where they are.
void Scene::add_listener(const facts::Listener &listener) {
    facts::End &end = listeners_.emplace_back();
    end.id = listener.id;
    end.kind = listener.kind;
    end.address = listener.address;
    end.state = "LISTEN";
    end.unread = listener.queued;
    end.unread_since = listener.queued_since;
    Place &place = places_[listener.id];
    if (!place.end)
        place.end = &end;
}

std::optional<Nanos> Scene::window() const {
    return before_ ? std::optional(now_.at - before_->at) : std::nullopt;
}

const std::vector<Holder> &Scene::holders(facts::EndId end) const {
    static const std::vector<Holder> none;
    auto found = places_.find(end);
    return found == places_.end() ? none : found->second.holders;
}

const facts::End *Scene::end(facts::EndId id) const {
    auto found = places_.find(id);
    return found == places_.end() ? nullptr : found->second.end;
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
