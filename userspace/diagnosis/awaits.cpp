// SPDX-License-Identifier: GPL-2.0-only
#include "diagnosis/awaits.h"

#include "diagnosis/reader.h"

#include <fmt/format.h>

#include <algorithm>

namespace unwedge::diagnosis {
namespace {

std::string awaited_by_call(const Suspicion &suspicion, const facts::Thread &loop) {
    if (!suspicion.blocked_on)
        return "";
    switch (*suspicion.blocked_on) {
    case BlockedOn::child: return "the child that it waits for";
    case BlockedOn::disk: return "the disk";
    case BlockedOn::io:
        return fmt::format("the end of {}", loop.wait.call.empty() ? "its call" : loop.wait.call);
    case BlockedOn::sleep:
    case BlockedOn::lock: break;
    }
    return "";
}

/// Does something that ends by itself, or that others end: not a worker that idles for ever, nor another
/// loop.
bool goes_on_by_itself(const Scene &scene, const facts::Thread &thread) {
    if (thread.state == facts::ThreadState::uninterruptible)
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

std::string awaited_thread(const Scene &scene, const StalledEnd &stalled) {
    for (const facts::Thread &thread : stalled.holder->threads)
        if (&thread != stalled.loop && goes_on_by_itself(scene, thread))
            return fmt::format("its thread {} in {}", thread.tid, thread.wait.call);
    return "";
}

std::string awaited_owner(const Scene &scene, const Suspicion &suspicion) {
    if (suspicion.blocked_on != BlockedOn::lock || !suspicion.blocked_by)
        return "";
    for (const auto &[pid, actor] : scene.now().actors)
        for (const facts::Thread &thread : actor.threads)
            if (thread.tid == *suspicion.blocked_by &&
                (thread.state == facts::ThreadState::running || goes_on_by_itself(scene, thread)))
                return fmt::format("thread {}, which holds its lock", thread.tid);
    return "";
}

bool asks_to_read(const facts::Thread &loop, int fd) {
    return loop.wait.watches && std::ranges::any_of(*loop.wait.watches, [fd](const facts::Watch &watch) {
               return watch.fd == fd &&
                      (watch.read == facts::Interest::armed || watch.read == facts::Interest::edge);
           });
}

/// The last word on the channel was its own: an answer may be owed to it.
bool has_asked(const facts::End &end) {
    return end.last_send && (!end.last_receive || *end.last_send > *end.last_receive);
}

void find_awaited_answer(const Scene &scene, const StalledEnd &stalled, Suspicion &suspicion) {
    for (const facts::Hold &hold : stalled.holder->holds) {
        const facts::End *end = scene.end(hold.end);
        if (!end || end == stalled.end || !has_asked(*end) || !asks_to_read(*stalled.loop, hold.fd))
            continue;
        suspicion.awaits = fmt::format("an answer on fd {}", hold.fd);
        if (const facts::End *peer = scene.end(end->peer); peer && !scene.holders(peer->id).empty())
            suspicion.awaited = reader_of(scene, *peer, attendance(scene, *peer)).holder.actor->pid;
        return;
    }
}

} // namespace

void find_awaited(const Scene &scene, const StalledEnd &stalled, Suspicion &suspicion) {
    suspicion.awaits = awaited_by_call(suspicion, *stalled.loop);
    if (suspicion.awaits.empty())
        suspicion.awaits = awaited_owner(scene, suspicion);
    if (suspicion.awaits.empty())
        suspicion.awaits = awaited_thread(scene, stalled);
    if (suspicion.awaits.empty() && suspicion.kind == Kind::stopped_consuming)
        find_awaited_answer(scene, stalled, suspicion);
    const facts::Actor *answering = suspicion.awaited ? scene.actor(*suspicion.awaited) : nullptr;
    suspicion.awaits_busy = answering && scene.is_busy(*answering);
    if (!scene.has_busy_descendant(*stalled.holder))
        return;
    // A blocked thread waits for it; a parked loop may, or may have forgotten its channel all the same.
    if (suspicion.kind == Kind::blocked_loop)
        suspicion.awaits_busy = true;
    else if (suspicion.awaits.empty())
        suspicion.awaits = "a program that it runs and that is busy";
}

} // namespace unwedge::diagnosis
