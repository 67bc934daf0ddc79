// SPDX-License-Identifier: GPL-2.0-only
#include "diagnosis/waits.h"

#include "diagnosis/attention.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <tuple>
#include <unordered_map>

namespace unwedge::diagnosis {
namespace {

auto key(const WaitEdge &edge) {
    return std::tuple(edge.from, edge.to, edge.channel, edge.strength);
}

/// In a call that sends, or in a loop that waits until it can and has bytes that the other side does not
/// take.
bool blocked_writing(const facts::Actor &actor, int fd, const facts::End &end) {
    return std::ranges::any_of(actor.threads, [&](const facts::Thread &thread) {
        const facts::Wait &wait = thread.wait;
        if (wait.kind == facts::WaitKind::write)
            return wait.fd == fd;
        return wait.watches && end.unsent.value_or(0) > 0 &&
               std::ranges::any_of(*wait.watches, [fd](const facts::Watch &watch) {
                   return watch.fd == fd && facts::waits_to_write(watch);
               });
    });
}

/// `reads`: how the actor attends that end.
std::vector<WaitEdge> edges_through(const Scene &scene, const facts::Actor &actor, int fd,
                                    const facts::End &end, const Attendance &reads) {
    const bool writes = blocked_writing(actor, fd, end);
    const bool attends = reads.attention == Attention::attended || reads.attention == Attention::edge;
    std::vector<WaitEdge> edges;
    if (!writes && !attends)
        return edges;
    // Who is connected but was not accepted yet waits for whoever should accept it.
    const facts::EndId other = end.pending_on ? end.pending_on : end.peer;
    for (const Holder &holder : scene.holders(other)) {
        if (holder.actor == &actor)
            continue;
        std::string why = writes ? fmt::format("is blocked sending to {} on fd {}", holder.actor->pid, fd)
                                 : fmt::format("waits in {} to read from {} on fd {}",
                                               reads.thread->wait.call, holder.actor->pid, fd);
        edges.push_back({actor.pid, holder.actor->pid, facts::channel_of(end), other,
                         writes ? Strength::definite : Strength::weak, std::move(why)});
    }
    return edges;
}

/// A thread in wait4 waits on one child, or on whichever ends first.
void add_child_waits(const Scene &scene, const facts::Actor &actor, std::vector<WaitEdge> &edges) {
    for (const facts::Thread &thread : actor.threads) {
        if (thread.wait.kind != facts::WaitKind::child)
            continue;
        for (const facts::Actor *child : awaited_children(scene, actor, thread.wait))
            edges.push_back({actor.pid, child->pid, std::nullopt, 0,
                             thread.wait.on ? Strength::definite : Strength::weak,
                             fmt::format("waits in {} until {} ends", thread.wait.call, child->pid)});
    }
}

} // namespace

std::vector<const facts::Actor *> awaited_children(const Scene &scene, const facts::Actor &actor,
                                                   const facts::Wait &wait) {
    std::vector<const facts::Actor *> children;
    if (!wait.on)
        children = scene.children(actor.pid);
    else if (const facts::Actor *child = scene.actor(*wait.on))
        children = {child};
    std::erase_if(children, [&](const facts::Actor *child) { return child->exited || child == &actor; });
    return children;
}

std::vector<WaitEdge> waits_through(const Scene &scene, const facts::Actor &actor, int fd,
                                    const facts::End &end) {
    return edges_through(scene, actor, fd, end, attendance(actor, fd));
}

std::vector<WaitEdge> waits(const Scene &scene) {
    std::vector<WaitEdge> edges;
    for (const auto &[pid, actor] : scene.now().actors) {
        if (actor.exited)
            continue;
        const Attendances reads(actor);
        for (const facts::Hold &hold : actor.holds)
            if (const facts::End *end = scene.end(hold.end))
                std::ranges::move(edges_through(scene, actor, hold.fd, *end, reads.of(hold.fd)),
                                  std::back_inserter(edges));
        add_child_waits(scene, actor, edges);
    }
    std::ranges::sort(edges, {}, key);
    auto repeated = std::ranges::unique(
        edges, {}, [](const WaitEdge &edge) { return std::tuple(edge.from, edge.to, edge.channel); });
    edges.erase(repeated.begin(), repeated.end());
    return edges;
}

std::map<Pid, Path> paths_to(const std::set<Pid> &culprits, const std::vector<WaitEdge> &edges) {
    std::unordered_map<Pid, std::vector<const WaitEdge *>> into;
    for (const WaitEdge &edge : edges)
        into[edge.to].push_back(&edge);
    std::map<Pid, Path> paths;
    std::map<Pid, Pid> blocker;
    std::deque<Pid> reached;
    for (Pid culprit : culprits) {
        blocker[culprit] = culprit;
        reached.push_back(culprit);
    }
    while (!reached.empty()) {
        const Pid to = reached.front();
        reached.pop_front();
        for (const WaitEdge *edge : into[to]) {
            if (!blocker.try_emplace(edge->from, blocker[to]).second)
                continue;
            paths[edge->from] = {*edge, blocker[to]};
            reached.push_back(edge->from);
        }
    }
    return paths;
}

} // namespace unwedge::diagnosis
