// SPDX-License-Identifier: GPL-2.0-only
#include "session/signals.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

namespace unwedge::session {

Result<Signals> Signals::take() {
    constexpr std::array handled{SIGCHLD, SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2};
    sigset_t taken;
    sigemptyset(&taken);
    for (int signal : handled)
        sigaddset(&taken, signal);
    sigset_t mask;
    if (::sigprocmask(SIG_BLOCK, &taken, &mask))
        return errno_error("blocking signals", errno);
    struct sigaction ignore {};
    ignore.sa_handler = SIG_IGN;
    struct sigaction pipe {};
    ::sigaction(SIGPIPE, &ignore, &pipe);
    struct sigaction leave_status {};
    leave_status.sa_handler = SIG_DFL;
    struct sigaction child {};
    ::sigaction(SIGCHLD, &leave_status, &child);
    Fd fd(::signalfd(-1, &taken, SFD_CLOEXEC | SFD_NONBLOCK));
    if (!fd)
        return errno_error("signalfd", errno);
    return Signals(std::move(fd), mask, pipe, child);
}

Signals::~Signals() {
    if (fd_)
        restore();
}

void Signals::restore() const {
    ::sigaction(SIGPIPE, &pipe_, nullptr);
    ::sigaction(SIGCHLD, &child_, nullptr);
    ::sigprocmask(SIG_SETMASK, &mask_, nullptr);
}

void Signals::drain(const std::function<void(const signalfd_siginfo &)> &consume) const {
    signalfd_siginfo info{};
    while (::read(fd_.get(), &info, sizeof(info)) == static_cast<ssize_t>(sizeof(info)))
        consume(info);
}

} // namespace unwedge::session
