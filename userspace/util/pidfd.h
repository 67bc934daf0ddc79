// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "util/fd.h"

#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#include <cerrno>

namespace unwedge {

/// A descriptor of the process (pidfd_open(2), Linux 5.3); none: errno says why.
inline Fd open_pidfd(pid_t pid) {
    return Fd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
}

/// Sends it a signal. Returns 0, or errno.
inline int send_signal(const Fd &pidfd, int signal) {
    return ::syscall(SYS_pidfd_send_signal, pidfd.get(), signal, nullptr, 0) ? errno : 0;
}

} // namespace unwedge
