// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "facts/ids.h"
#include "procfs/proc.h"
#include "provoke/cpus.h"
#include "util/fd.h"

#include <cstdint>
#include <optional>

namespace unwedge::provoke {

/// An actor as the helper handles it. What needs its number, as priorities do, is done right after its pidfd
/// has told that it lives: a later process of the same number would have to come in between.
class Subject {
  public:
    Subject(facts::Pid pid, Fd pidfd) : pid_(pid), pidfd_(std::move(pidfd)) {}

    facts::Pid pid() const { return pid_; }

    /// Why it is not stopped now, for people; null: it may be. Whoever is stopped already stays so by who
    /// did it, and whoever has not run since it was asked last would gain nothing: that keeps a tree at rest
    /// that hangs, and so lets unwedge prove it. `stopped_since`: it was stopped by us since it was asked.
    const char *why_not_to_stop(const procfs::Proc &proc, bool stopped_since);
    /// Returns errno, or 0.
    int stop() const;
    int go_on() const;
    /// All its threads. Returns the errno of the first that refuses, or 0.
    int renice(const procfs::Proc &proc, int nice) const;
    int move(const procfs::Proc &proc, const Cpus &cpus) const;

  private:
    bool lives() const;
    template <typename Change>
    int for_each_thread(const procfs::Proc &proc, Change change) const;

    facts::Pid pid_;
    Fd pidfd_;
    std::optional<std::uint64_t> turns_; ///< how often its threads had come onto a CPU when it was asked last
};

} // namespace unwedge::provoke
