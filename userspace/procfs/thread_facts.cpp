// SPDX-License-Identifier: GPL-2.0-only
#include "procfs/thread_facts.h"

#include "facts/names.h"
#include "procfs/sched.h"
#include "procfs/wait_decoder.h"
#include "procfs/watches.h"
#include "procfs/wchan.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

namespace unwedge::procfs {
namespace {

using facts::ThreadState;

ThreadState state_of(char letter) {
    switch (letter) {
    case 'R': return ThreadState::running;
    case 'S':
    case 'I': return ThreadState::sleeping;
    case 'D': return ThreadState::uninterruptible;
    case 'T': return ThreadState::stopped;
    case 't': return ThreadState::traced;
    case 'Z':
    case 'X': return ThreadState::dead;
    default: return ThreadState::unknown;
    }
}

bool can_run(ThreadState state) {
    return state == ThreadState::running || state == ThreadState::unknown;
}

/// Where the call itself is hidden. A process's only thread, in a wait for an epoll set, waits for the only
/// one that the process has; of several threads another may have closed the set that one still waits for.
facts::Wait wait_by_wchan(std::string_view wchan, bool is_only_thread, Target &target) {
    facts::Wait wait;
    wait.kind = wait_kind_of_wchan(wchan);
    if (wait.kind != facts::WaitKind::unknown)
        wait.call = facts::name(wait.kind);
    if (wait.kind == facts::WaitKind::epoll && is_only_thread)
        wait.fd = target.only_descriptor_of("anon_inode:[eventpoll]");
    if (auto set = wait.fd ? epoll_watches(*wait.fd, target) : std::nullopt) {
        wait.watches = std::move(set->watches);
        wait.timerfd = set->timer;
    }
    return wait;
}

} // namespace

Result<ThreadSight> read_thread(const Proc &proc, Pid pid, Pid tid, Target &target, Nanos now) {
    const auto stat = proc.stat(pid, tid);
    if (!stat)
        return stat.error();
    return read_thread(proc, pid, tid, *stat, target, now);
}

ThreadSight read_thread(const Proc &proc, Pid pid, Pid tid, const Stat &stat, Target &target, Nanos now) {
    ThreadSight sight;
    facts::Thread &thread = sight.thread;
    thread.tid = tid;
    sight.cpu = stat.cpu;
    thread.state = state_of(stat.state);
    const std::string folder = fmt::format("{}/task/{}/", pid, tid);
    const auto text = proc.read_piece(folder + "schedstat");
    const auto sched = text ? parse_schedstat(*text) : text.error();
    // A kernel that does not count them (CONFIG_SCHED_INFO) shows zeroes: who lives has run once.
    sight.counted = sched && sched->turns > 0;
    if (sched) {
        thread.cpu = sched->cpu;
        thread.run_delay = sched->run_delay;
        thread.switches = sched->turns;
    }
    if (can_run(thread.state) || thread.state == ThreadState::dead) {
        thread.wait.kind = facts::WaitKind::none;
        return sight;
    }
    const auto channel = proc.read_piece(folder + "wchan");
    const std::string wchan = channel ? *channel : "";
    const bool is_stopped = thread.state == ThreadState::stopped || thread.state == ThreadState::traced;
    if (!is_stopped && is_freezer(wchan))
        thread.state = ThreadState::frozen;
    const auto frame = proc.syscall(pid, tid);
    sight.syscall_hidden = !frame && is_refusal(frame.error());
    thread.wait =
        frame ? decode_wait(*frame, target, now) : wait_by_wchan(wchan, stat.num_threads == 1, target);
    return sight;
}

} // namespace unwedge::procfs
