// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "facts/ids.h"
#include "util/clock.h"
#include "util/pattern.h"

#include <cstddef>
#include <optional>
#include <vector>

namespace unwedge::reap {

/// What to end; docs/design.md §6.
struct Options {
    std::vector<facts::Pid> pids; ///< each with all that comes from it
    std::optional<Pattern> match; ///< and each process whose command line it matches
    std::size_t max = 64;         ///< more processes than this, found by `match`, are ended with `yes` only
    bool yes = false;
    bool dry_run = false;                        ///< only say what would end
    Nanos kill_after = std::chrono::seconds(10); ///< between SIGTERM and SIGKILL
};

/// Ends trees of processes: SIGTERM, children first, then SIGKILL for those that are left. Never this
/// process, its ancestors or pid 1. Says on stdout what ended and how. Returns the exit status: 0 all has
/// ended or there was nothing to end; 1 something was refused or is left.
int reap(const Options &options);

} // namespace unwedge::reap
