// SPDX-License-Identifier: GPL-2.0-only
#include "session/killer.h"

#include "util/fd.h"
#include "util/units.h"

#include <fmt/format.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <csignal>

namespace unwedge::session {
namespace {

bool send(const Fd &pidfd, int signal) {
    return ::syscall(SYS_pidfd_send_signal, pidfd.get(), signal, nullptr, 0) == 0;
}

} // namespace

std::string ending_text(std::string_view why, Nanos kill_after) {
    return fmt::format("{}: ending the tree with SIGTERM, after {} more with SIGKILL", why,
                       duration_text(kill_after));
}

void signal_tree(const Watcher &watcher, int signal) {
    for (facts::Pid pid : watcher.tree().living()) {
        Fd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
        if (!pidfd || !watcher.is_actor(pidfd, pid) || !send(pidfd, signal))
            continue;
        // A stopped process acts on no signal but SIGKILL until it goes on.
        if (signal == SIGTERM)
            send(pidfd, SIGCONT);
    }
}

} // namespace unwedge::session
