// SPDX-License-Identifier: GPL-2.0-only
#include "provoke/subject.h"

#include "procfs/sched.h"
#include "util/pidfd.h"

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <string_view>
#include <utility>
#include <vector>

namespace unwedge::provoke {
namespace {

/// To be stopped, and to go on, a thread comes onto a CPU.
constexpr std::uint64_t turns_of_a_stop = 2;
/// Of a process with more threads the first tell whether it runs.
constexpr std::size_t threads_asked = 64;

struct Turns {
    std::uint64_t sum = 0;
    std::uint64_t threads = 0;
};

Turns turns_of(const procfs::Proc &proc, facts::Pid pid) {
    Turns turns;
    const Result<std::vector<facts::Pid>> threads = proc.threads(pid);
    if (!threads)
        return turns;
    for (const facts::Pid tid : *threads) {
        const Result<std::string> text = proc.read_piece(fmt::format("{}/task/{}/schedstat", pid, tid));
        const auto stat = text ? procfs::parse_schedstat(*text) : Result<procfs::SchedStat>(text.error());
        if (!stat)
            continue;
        turns.sum += stat->turns;
        if (++turns.threads == threads_asked)
            break;
    }
    return turns;
}

} // namespace

bool Subject::lives() const {
    return send_signal(pidfd_, 0) != ESRCH;
}

const char *Subject::why_not_to_stop(const procfs::Proc &proc, bool stopped_since) {
    const Result<procfs::Stat> stat = proc.stat(pid_);
    if (!stat || !lives())
        return "it has ended, or can't be seen";
    if (std::string_view("TtZX").find(stat->state) != std::string_view::npos)
        return "it is stopped by another, or has ended";
    const Turns now = turns_of(proc, pid_);
    const std::optional<std::uint64_t> before = std::exchange(turns_, now.sum);
    if (!before || now.threads == 0) // some kernels do not count (CONFIG_SCHED_INFO)
        return nullptr;
    const std::uint64_t ours = stopped_since ? turns_of_a_stop * now.threads : 0;
    const bool has_run = now.sum > *before + ours || now.sum < *before;
    return has_run ? nullptr : "it has not run since the last";
}

int Subject::stop() const {
    return send_signal(pidfd_, SIGSTOP);
}

int Subject::go_on() const {
    return send_signal(pidfd_, SIGCONT);
}

template <typename Change>
int Subject::for_each_thread(const procfs::Proc &proc, Change change) const {
    const Result<std::vector<facts::Pid>> threads = proc.threads(pid_);
    if (!threads || !lives())
        return 0;
    int failed = 0;
    for (const facts::Pid tid : *threads)
        if (const int error = change(tid); error != ESRCH && !failed)
            failed = error;
    return failed;
}

int Subject::renice(const procfs::Proc &proc, int nice) const {
    return for_each_thread(proc, [nice](facts::Pid tid) {
        return ::setpriority(PRIO_PROCESS, static_cast<id_t>(tid), nice) ? errno : 0;
    });
}

int Subject::move(const procfs::Proc &proc, const Cpus &cpus) const {
    return for_each_thread(proc, [&cpus](facts::Pid tid) { return run_on(tid, cpus); });
}

} // namespace unwedge::provoke
