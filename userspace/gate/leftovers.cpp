// SPDX-License-Identifier: GPL-2.0-only
#include "gate/leftovers.h"

#include "procfs/process_table.h"
#include "reap/prey.h"
#include "util/clock.h"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <thread>

namespace unwedge::gate {
namespace {

using namespace std::chrono_literals;

constexpr Nanos grace = 1s;
constexpr Nanos patience = 5s; ///< with what SIGKILL does not end: it sleeps uninterruptibly
constexpr auto between_looks = 10ms;

/// Children of this process that no run is, and what comes from them.
procfs::ProcessTable leftovers(const procfs::Proc &proc, const std::set<facts::Pid> &running) {
    procfs::ProcessTable found;
    const Result<procfs::ProcessTable> table = procfs::read_processes(proc);
    if (!table)
        return found;
    for (bool grows = true; grows;) {
        grows = false;
        for (const auto &[pid, stat] : *table)
            if (!running.contains(pid) && (stat.ppid == ::getpid() || found.contains(stat.ppid)))
                grows |= found.emplace(pid, stat).second;
    }
    return found;
}

/// Who has ended meanwhile needs no signal, and who may not be signalled can't be helped.
void send(const procfs::ProcessTable &all, const procfs::Proc &proc, int signal) {
    for (const auto &[pid, stat] : all)
        if (const Result<reap::Prey> one = reap::Prey::of(pid, stat, proc))
            static_cast<void>(one->send(signal));
}

/// Runs are reaped by who waits for them.
void reap_others(const std::set<facts::Pid> &running) {
    siginfo_t ended{};
    while (::waitid(P_ALL, 0, &ended, WEXITED | WNOHANG | WNOWAIT) == 0 && ended.si_pid != 0 &&
           !running.contains(ended.si_pid))
        ::waitpid(ended.si_pid, nullptr, 0);
}

} // namespace

void adopt_leftovers() {
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
}

std::size_t end_leftovers(const std::set<facts::Pid> &running) {
    const procfs::Proc proc;
    procfs::ProcessTable left = leftovers(proc, running);
    const std::size_t count = left.size();
    send(left, proc, SIGTERM);
    const Nanos begun = monotonic_now();
    while (!left.empty() && monotonic_now() - begun < grace + patience) {
        std::this_thread::sleep_for(between_looks);
        reap_others(running);
        left = leftovers(proc, running);
        if (monotonic_now() - begun >= grace)
            send(left, proc, SIGKILL);
    }
    reap_others(running);
    return count;
}

} // namespace unwedge::gate
