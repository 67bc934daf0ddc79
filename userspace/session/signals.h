// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "util/fd.h"
#include "util/result.h"

#include <csignal>
#include <functional>
#include <sys/signalfd.h>

namespace unwedge::session {

/// Takes the signals that unwedge handles out of their usual course and delivers them through a descriptor;
/// SIGPIPE is ignored, so that a reader who leaves does not end the session; SIGCHLD is not, even if the
/// parent ignored it, so that children leave a status. All is put back on destruction.
class Signals {
  public:
    static Result<Signals> take();
    Signals(Signals &&) noexcept = default;
    Signals &operator=(Signals &&) noexcept = delete;
    ~Signals();

    const Fd &fd() const { return fd_; }
    /// Hands out the signals that wait.
    void drain(const std::function<void(const signalfd_siginfo &)> &consume) const;
    /// Puts mask and dispositions back as they were; for the child, between fork and exec.
    void restore() const;

  private:
    Signals(Fd fd, const sigset_t &mask, const struct sigaction &pipe, const struct sigaction &child)
        : fd_(std::move(fd)), mask_(mask), pipe_(pipe), child_(child) {}

    Fd fd_;
    sigset_t mask_;
    struct sigaction pipe_;
    struct sigaction child_;
};

} // namespace unwedge::session
