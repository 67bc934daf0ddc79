// SPDX-License-Identifier: GPL-2.0-only
#include "session/limits.h"

#include "procfs/own_proc.h"

#include <linux/capability.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

namespace unwedge::session {
namespace {

/// Whom nobody but root may see is the first of all processes.
bool hides_processes() {
    return ::access("/proc/self", F_OK) == 0 && ::access("/proc/1", F_OK) != 0;
}

/// kernel.yama.ptrace_scope; 0 where there is no Yama.
int ptrace_scope() {
    int scope = 0;
    std::ifstream("/proc/sys/kernel/yama/ptrace_scope") >> scope;
    return scope;
}

} // namespace

std::vector<std::string> limits_of_proc(const std::vector<kernel::Capability> &missing) {
    const bool may_trace_all =
        std::ranges::find(missing, CAP_SYS_PTRACE, &kernel::Capability::number) == missing.end();
    std::vector<std::string> limits;
    if (Result<procfs::Proc> proc = procfs::own_proc(); !proc)
        limits.push_back(proc.error().message + ": descriptors and epoll sets stay unknown");
    else if (hides_processes())
        limits.emplace_back("hidepid: /proc hides the processes of other users from attach, triage and reap");
    const int scope = ptrace_scope();
    const std::string yama = "kernel.yama.ptrace_scope=" + std::to_string(scope) + ": ";
    constexpr const char *unknown =
        "timeouts, what is in pipes and stacks stay unknown where BPF does not tell";
    if (scope > 2 || (scope == 2 && !may_trace_all))
        limits.push_back(yama + unknown);
    else if (scope == 1 && !may_trace_all)
        limits.push_back(yama + "of what unwedge has not started, " + unknown);
    return limits;
}

} // namespace unwedge::session
