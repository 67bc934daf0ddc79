// SPDX-License-Identifier: GPL-2.0-only
#include "report/sitting.h"

#include "diagnosis/timer.h"
#include "util/units.h"

#include <fmt/format.h>

#include <sys/wait.h>

#include <algorithm>

namespace unwedge::report {

namespace {

using diagnosis::Verdict;
using facts::Actor;
using facts::Thread;
using facts::ThreadState;
using facts::Timeout;
using facts::WaitKind;

bool is_parked(const Thread &thread) {
    return thread.state != ThreadState::dead && is_readiness_wait(thread.wait.kind);
}

/// The thread that a blocked_loop means.
const Thread *blocked_thread(const Actor &actor, const Verdict &verdict) {
    auto found =
        std::ranges::find_if(actor.threads, [&](const Thread &one) { return verdict.thread == one.tid; });
    return found == actor.threads.end() ? nullptr : &*found;
}

const Verdict *standing_block(const Context &context, facts::Pid pid) {
    for (const Verdict &verdict : context.diagnosis.verdicts)
        if (verdict.pid == pid && verdict.kind == diagnosis::Kind::blocked_loop && verdict.blocked_on &&
            verdict.state == diagnosis::State::confirmed)
            return &verdict;
    return nullptr;
}

/// Time until the call's own timeout, however far; nothing if it has none or it can't be read.
std::optional<Nanos> timeout_left(const Thread &thread) {
    const Timeout &timeout = thread.wait.timeout;
    if (timeout.kind != Timeout::Kind::after)
        return std::nullopt;
    const Nanos passed = timeout.from_now ? Nanos{} : thread.asleep.value_or(Nanos{});
    return std::max(Nanos{}, timeout.length - passed);
}

bool can_have_timer(const Thread &thread) {
    return thread.state != ThreadState::dead && thread.wait.kind != WaitKind::none;
}

std::string timer_text(const Thread &thread) {
    const diagnosis::Timer timer = diagnosis::timer_of(thread, {});
    if (timer.left)
        return *timer.left > Nanos{} ? fmt::format("wakes in {}", duration_text(*timer.left))
                                     : "about to wake";
    return timer.known ? "no timer" : "timer unknown";
}

/// What is said behind the call's name: the descriptor, child, lock owner, or time left.
std::string wait_detail(const Thread &thread) {
    const facts::Wait &wait = thread.wait;
    if (wait.kind == WaitKind::child)
        return wait.on ? fmt::format(" on pid {}", *wait.on) : " on any child";
    std::string detail;
    if (wait.fd && !is_readiness_wait(wait.kind))
        detail += fmt::format(" on fd {}", *wait.fd);
    if (wait.kind == WaitKind::lock && wait.on)
        detail += fmt::format(", held by thread {}", *wait.on);
    if (const auto left = timeout_left(thread))
        detail += fmt::format(", {} left", duration_text(*left));
    return detail;
}

std::string call_text(const Thread &thread) {
    return thread.wait.call.empty() ? "an unknown call" : thread.wait.call;
}

std::string running_text(const Context &context, const Actor &actor) {
    const auto health = context.diagnosis.health.find(actor.pid);
    const bool spins =
        health != context.diagnosis.health.end() && health->second == diagnosis::Health::spinning;
    return spins ? "running, spinning" : "running";
}

std::string state_text(const Context &context, const Actor &actor, const Thread &thread) {
    switch (thread.state) {
    case ThreadState::running: return running_text(context, actor);
    case ThreadState::stopped: return "stopped by a signal";
    case ThreadState::traced: return "stopped by a tracer";
    case ThreadState::frozen: return "frozen (cgroup)";
    case ThreadState::dead: return "dead";
    case ThreadState::uninterruptible:
        return fmt::format("blocked in {}, uninterruptible", wait_text(thread));
    case ThreadState::sleeping:
    case ThreadState::unknown: break;
    }
    if (thread.wait.kind == WaitKind::none)
        return thread.state == ThreadState::sleeping ? "sleeping" : "state unknown";
    return fmt::format("{} in {}", is_parked(thread) ? "parked" : "blocked", wait_text(thread));
}

} // namespace

const Thread *telling_thread(const Context &context, const Actor &actor) {
    if (const Verdict *verdict = standing_block(context, actor.pid))
        if (const Thread *thread = blocked_thread(actor, *verdict))
            return thread;
    const auto parked = std::find_if(actor.threads.begin(), actor.threads.end(), is_parked);
    if (parked != actor.threads.end())
        return &*parked;
    return actor.threads.empty() ? nullptr : &actor.threads.front();
}

std::string wait_call(const Context &context, const Actor &actor) {
    const Thread *thread = telling_thread(context, actor);
    if (actor.exited || !thread)
        return "";
    const bool runs = thread->state == ThreadState::running || thread->wait.kind == WaitKind::none;
    return runs ? "running" : thread->wait.call;
}

std::optional<Nanos> next_timer(const Actor &actor) {
    std::optional<Nanos> soonest;
    if (actor.exited)
        return soonest;
    for (const Thread &thread : actor.threads) {
        if (!can_have_timer(thread))
            continue;
        const std::optional<Nanos> left = diagnosis::timer_of(thread, {}).left;
        if (left && (!soonest || *left < *soonest))
            soonest = left;
    }
    return soonest;
}

std::string sits_in(const Context &context, const Actor &actor) {
    if (actor.exited)
        return exit_text(actor);
    const Thread *thread = telling_thread(context, actor);
    return thread ? state_text(context, actor, *thread) : "state unknown";
}

std::string wait_text(const Thread &thread) {
    if (is_parked(thread))
        return fmt::format("{}, {}", call_text(thread), timer_text(thread));
    return call_text(thread) + wait_detail(thread);
}

std::string exit_text(const Actor &actor) {
    if (!actor.exit_status)
        return "ended";
    if (WIFSIGNALED(*actor.exit_status))
        return fmt::format("killed by {}", signal_text(WTERMSIG(*actor.exit_status)));
    return fmt::format("exited with {}", WEXITSTATUS(*actor.exit_status));
}

} // namespace unwedge::report
