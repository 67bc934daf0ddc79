// SPDX-License-Identifier: GPL-2.0-only
#include "session/killer.h"

#include "util/descriptor_limit.h"
#include "util/fd.h"
#include "util/hurry.h"
#include "util/pidfd.h"
#include "util/units.h"

#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <string_view>
#include <thread>

namespace unwedge::session {
namespace {

using namespace std::chrono_literals;

/// One that sleeps uninterruptibly stops when it wakes; it is not waited for.
constexpr Nanos longest_freeze = 1s;
constexpr Nanos between_passes = 1ms;

/// By pidfd, and only who then still is an actor: a pid that was used again is not hit.
void send(const Watcher &watcher, facts::Pid pid, int signal) {
    const Fd pidfd = open_pidfd(pid);
    if (pidfd && watcher.is_actor(pidfd, pid))
        send_signal(pidfd, signal);
}

void send_all(const Watcher &watcher, int signal) {
    for (const facts::Pid pid : watcher.tree().living())
        send(watcher, pid, signal);
}

/// Stopped or dead, or not to be seen.
bool stands(const procfs::Proc &proc, facts::Pid pid) {
    const Result<procfs::Stat> stat = proc.stat(pid);
    return !stat || std::string_view("TtZX").find(stat->state) != std::string_view::npos;
}

/// True: all whom the tree has stood already.
bool stop_all(const Watcher &watcher) {
    bool all_stood = true;
    for (const facts::Pid pid : watcher.tree().living()) {
        if (stands(watcher.proc(), pid))
            continue;
        all_stood = false;
        send(watcher, pid, SIGSTOP);
    }
    return all_stood;
}

/// Until nobody can run, and nobody new is met after that: else what forks faster than it is signalled would
/// never be ended.
void freeze(Watcher &watcher) {
    const Nanos until = monotonic_now() + longest_freeze;
    send_all(watcher, SIGSTOP);
    for (int passes = 0; passes < 2 && monotonic_now() < until;) {
        std::this_thread::sleep_for(between_passes);
        watcher.count_anew();
        passes = stop_all(watcher) ? passes + 1 : 0;
    }
}

} // namespace

std::string ending_text(std::string_view why, Nanos kill_after) {
    return fmt::format("{}: ending the tree with SIGTERM, after {} more with SIGKILL", why,
                       duration_text(kill_after));
}

void signal_tree(Watcher &watcher, int signal) {
    raise_descriptor_limit(); // whoever has no descriptor left could end nobody
    const Hurry hurry;
    freeze(watcher);
    send_all(watcher, signal);
    send_all(watcher, SIGCONT); // a stopped process acts on no signal but SIGKILL
}

} // namespace unwedge::session
