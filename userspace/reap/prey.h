// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "procfs/process_table.h"
#include "util/fd.h"
#include "util/result.h"

#include <string>

namespace unwedge::reap {

/// One process that is to end. It is known by a descriptor, so a number that was used again is never hit.
class Prey {
  public:
    /// Code ESRCH: it has ended; or `expected`, which has its number, is not what a table showed.
    static Result<Prey> of(procfs::Pid pid, const procfs::Stat &expected, const procfs::Proc &proc);

    procfs::Pid pid() const { return pid_; }
    /// Its command line, or its comm in brackets, in one printable line.
    const std::string &title() const { return title_; }
    const Fd &pidfd() const { return pidfd_; }
    bool has_ended() const;
    /// Code ESRCH: it has ended; EPERM: the caller may not.
    Result<void> send(int signal) const;

  private:
    Prey(procfs::Pid pid, Fd pidfd, std::string title)
        : pid_(pid), pidfd_(std::move(pidfd)), title_(std::move(title)) {}

    procfs::Pid pid_;
    Fd pidfd_;
    std::string title_;
};

} // namespace unwedge::reap
