// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "facts/ids.h"
#include "session/identity.h"
#include "session/signals.h"
#include "util/fd.h"
#include "util/result.h"

#include <array>
#include <string>
#include <vector>

namespace unwedge::session {

/// The command's process: forked, but held back from exec until it is released, so that it can be tracked
/// from its first instruction on. If unwedge dies before, it ends.
class Child {
  public:
    /// `streams`: its stdout and stderr; -1: ours.
    static Result<Child> fork(const std::vector<std::string> &argv, const CommandRights &rights,
                              const Signals &signals, const std::array<int, 2> &streams);

    facts::Pid pid() const { return pid_; }
    const Fd &pidfd() const { return pidfd_; }

    /// Lets it exec, and waits until it has. The Error's code is the errno of what failed.
    Result<void> release();

  private:
    Child(facts::Pid pid, Fd pidfd, Fd gate, Fd failure)
        : pid_(pid), pidfd_(std::move(pidfd)), gate_(std::move(gate)), failure_(std::move(failure)) {}

    facts::Pid pid_;
    Fd pidfd_;
    Fd gate_;    ///< a byte lets the child go, end-of-file ends it
    Fd failure_; ///< errno of what failed; end-of-file: exec succeeded
};

} // namespace unwedge::session
