// SPDX-License-Identifier: GPL-2.0-only
#include "diagnosis/awaits.h"

#include "diagnosis/reader.h"
#include "diagnosis/waits.h"
#include "diagnosis/wakers.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace unwedge::diagnosis {
namespace {

bool is_blocked_sending_to(const Scene &scene, const facts::Actor &sender, const facts::Actor &receiver) {
    return std::ranges::any_of(sender.holds, [&](const facts::Hold &hold) {
        const facts::End *end = scene.end(hold.end);
        const std::vector<WaitEdge> edges =
            end ? waits_through(scene, sender, hold.fd, *end) : std::vector<WaitEdge>();
        return std::ranges::any_of(edges, [&](const WaitEdge &edge) {
            return edge.to == receiver.pid && edge.strength == Strength::definite;
        });
    });
}

/// Every child that would end the wait is itself blocked until this actor reads what it sends.
bool children_wait_for_it(const Scene &scene, const facts::Actor &actor, const facts::Wait &wait) {
    const std::vector<const facts::Actor *> children = awaited_children(scene, actor, wait);
    return !children.empty() && std::ranges::all_of(children, [&](const facts::Actor *child) {
        return is_blocked_sending_to(scene, *child, actor);
    });
}

std::string awaited_by_call(const Scene &scene, const StalledEnd &stalled, const Suspicion &suspicion) {
    const facts::Thread &loop = *stalled.loop;
    if (!suspicion.blocked_on)
        return "";
    switch (*suspicion.blocked_on) {
    case BlockedOn::child:
        return children_wait_for_it(scene, *stalled.holder, loop.wait) ? "" : "the child that it waits for";
    case BlockedOn::disk: return "the disk";
    case BlockedOn::io:
        return fmt::format("the end of {}", loop.wait.call.empty() ? "its call" : loop.wait.call);
    case BlockedOn::sleep:
    case BlockedOn::lock: break;
    }
    return "";
}

/// Runs, or will as soon as it gets a CPU; or does something that ends by itself, or that others end: not a
/// worker that idles for ever, nor another loop.
bool goes_on_by_itself(const Scene &scene, const facts::Thread &thread) {
    if (thread.state == facts::ThreadState::running || thread.state == facts::ThreadState::uninterruptible)
        return true;
    const Timer timer = timer_of(thread, scene.policy());
    if (timer.left && *timer.left <= scene.policy().busy_after)
        return true;
    switch (thread.wait.kind) {
    case facts::WaitKind::read:
    case facts::WaitKind::write:
    case facts::WaitKind::connect:
    case facts::WaitKind::child: return true;
    default: return false;
    }
}

bool descends_from(const Scene &scene, const facts::Actor &actor, Pid ancestor) {
    std::set<Pid> met;
    for (const facts::Actor *at = scene.actor(actor.ppid); at && met.insert(at->pid).second;
         at = scene.actor(at->ppid))
        if (at->pid == ancestor)
            return true;
    return false;
}

/// Parked for what a program prints that the process runs, and that goes on by itself: subprocess.run() in a
/// thread.
bool waits_for_a_program(const Scene &scene, const facts::Actor &actor, const facts::Thread &thread) {
    if (!is_parked(thread) || !thread.wait.watches)
        return false;
    return std::ranges::any_of(*thread.wait.watches, [&](const facts::Watch &watch) {
        const facts::End *end = scene.end_of(actor, watch.fd);
        return end && std::ranges::any_of(scene.holders(end->peer), [&](const Holder &writer) {
                   return descends_from(scene, *writer.actor, actor.pid) &&
                          std::ranges::any_of(writer.actor->threads, [&](const facts::Thread &one) {
                              return goes_on_by_itself(scene, one);
                          });
               });
    });
}

std::string awaited_thread(const Scene &scene, const StalledEnd &stalled) {
    for (const facts::Thread &thread : stalled.holder->threads)
        if ((&thread != stalled.loop && goes_on_by_itself(scene, thread)) ||
            waits_for_a_program(scene, *stalled.holder, thread))
            return thread.wait.call.empty()
                       ? fmt::format("its thread {}, which runs", thread.tid)
                       : fmt::format("its thread {} in {}", thread.tid, thread.wait.call);
    return "";
}

std::string awaited_owner(const Scene &scene, const Suspicion &suspicion) {
    if (suspicion.blocked_on != BlockedOn::lock || !suspicion.blocked_by)
        return "";
    for (const auto &[pid, actor] : scene.now().actors)
        for (const facts::Thread &thread : actor.threads)
            if (thread.tid == *suspicion.blocked_by && goes_on_by_itself(scene, thread))
                return fmt::format("thread {}, which holds its lock", thread.tid);
    return "";
}

bool asks_to_read(const facts::Thread &loop, int fd) {
    return loop.wait.watches && std::ranges::any_of(*loop.wait.watches, [fd](const facts::Watch &watch) {
               return watch.fd == fd && facts::waits_to_read(watch);
           });
}

void find_awaited_answer(const Scene &scene, const StalledEnd &stalled, Suspicion &suspicion) {
    for (const facts::Hold &hold : stalled.holder->holds) {
        const facts::End *end = scene.end(hold.end);
        if (!end || end == stalled.end || facts::spoke_last(*end) != true ||
            !asks_to_read(*stalled.loop, hold.fd))
            continue;
        suspicion.awaits = fmt::format("an answer on fd {}", hold.fd);
        if (const facts::End *peer = scene.end(end->peer); peer && !scene.holders(peer->id).empty())
            suspicion.awaited = reader_of(scene, *peer, attendance(scene, *peer)).holder.actor->pid;
        return;
    }
}

/// Those who can read the end as well: they have it, and not the other side from a fork.
std::vector<const facts::Actor *> other_readers(const Scene &scene, const StalledEnd &stalled) {
    std::vector<const facts::Actor *> others;
    for (const Holder &one : scene.holders(stalled.end->id))
        if (one.actor != stalled.holder && !holds(*one.actor, stalled.end->peer))
            others.push_back(one.actor);
    return others;
}

/// One of them will go on, and may read it then: `while read line; do sleep 60; done` shares its input with
/// sleep.
std::string awaited_reader(const Scene &scene, const StalledEnd &stalled) {
    for (const facts::Actor *other : other_readers(scene, stalled))
        if (std::ranges::any_of(other->threads, [&](const facts::Thread &thread) {
                return goes_on_by_itself(scene, thread);
            }))
            return fmt::format("{}, which can read it, too", other->pid);
    return "";
}

bool another_reader_is_busy(const Scene &scene, const StalledEnd &stalled) {
    return std::ranges::any_of(other_readers(scene, stalled),
                               [&](const facts::Actor *other) { return scene.is_busy(*other); });
}

} // namespace

void find_awaited(const Scene &scene, const StalledEnd &stalled, Suspicion &suspicion) {
    suspicion.awaits = awaited_by_call(scene, stalled, suspicion);
    if (suspicion.awaits.empty())
        suspicion.awaits = awaited_owner(scene, suspicion);
    if (suspicion.awaits.empty())
        suspicion.awaits = awaited_thread(scene, stalled);
    if (suspicion.awaits.empty())
        suspicion.awaits = awaited_reader(scene, stalled);
    // Its timers, and what else it may be told of, no thread shows.
    if (suspicion.awaits.empty() && is_unknown_by_ring(stalled.attendance))
        suspicion.awaits = "a request in its io_uring";
    if (suspicion.awaits.empty() && is_parked(*stalled.loop))
        find_awaited_answer(scene, stalled, suspicion);
    // Who was misled waits for what will not come.
    if (suspicion.kind == Kind::stale_reply && !suspicion.awaits.empty()) {
        const std::optional<Standstill> standstill = standstill_of(scene, suspicion.pid);
        if (standstill && standstill->is_proven() && !standstill->listens)
            suspicion.awaits.clear();
    }
    const facts::Actor *answering = suspicion.awaited ? scene.actor(*suspicion.awaited) : nullptr;
    suspicion.awaits_busy =
        (answering && scene.is_busy(*answering)) || another_reader_is_busy(scene, stalled);
    if (!scene.has_busy_descendant(*stalled.holder))
        return;
    // A blocked thread waits for it; a parked loop may, or may have forgotten its channel all the same.
    if (suspicion.kind == Kind::blocked_loop)
        suspicion.awaits_busy = true;
    else if (suspicion.awaits.empty())
        suspicion.awaits = "a program that it runs and that is busy";
}

} // namespace unwedge::diagnosis
