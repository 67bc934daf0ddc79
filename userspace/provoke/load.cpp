// SPDX-License-Identifier: GPL-2.0-only
#include "provoke/load.h"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <utility>

namespace unwedge::provoke {
namespace {

[[noreturn]] void be_busy(pid_t parent, const Cpus &cpus, int nice) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent)
        ::_exit(0);
    ::prctl(PR_SET_NAME, "busy");
    ::setpriority(PRIO_PROCESS, 0, nice);
    if (!cpus.empty())
        run_on(0, cpus);
    for (std::atomic<unsigned> work{0};;)
        work.fetch_add(1, std::memory_order_relaxed);
}

} // namespace

BusyProcesses::BusyProcesses(unsigned count, const Cpus &cpus, int nice) {
    const pid_t parent = ::getpid();
    for (unsigned i = 0; i < count; ++i) {
        const pid_t pid = ::fork();
        if (pid < 0)
            return;
        if (pid == 0)
            be_busy(parent, cpus, nice);
        pids_.push_back(pid);
    }
}

BusyProcesses &BusyProcesses::operator=(BusyProcesses &&other) noexcept {
    std::swap(pids_, other.pids_);
    return *this;
}

void BusyProcesses::end() {
    for (const pid_t pid : pids_)
        ::kill(pid, SIGKILL);
    for (const pid_t pid : pids_)
        ::waitpid(pid, nullptr, 0);
    pids_.clear();
}

} // namespace unwedge::provoke
