// SPDX-License-Identifier: GPL-2.0-only
#include "session/killer.h"

#include "util/fd.h"

#include <csignal>
#include <sys/syscall.h>
#include <unistd.h>

namespace unwedge::session {
namespace {

bool send(const Fd &pidfd, int signal) {
    return ::syscall(SYS_pidfd_send_signal, pidfd.get(), signal, nullptr, 0) == 0;
}

} // namespace

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
