// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "procfs/stat.h"
#include "util/clock.h"

#include <cstdint>

namespace unwedge::procfs {

/// The length of so many ticks of sysconf(_SC_CLK_TCK).
Nanos of_ticks(std::uint64_t ticks);

/// When a process started, CLOCK_MONOTONIC, to a tick; the same each time, unless the host sleeps.
Nanos started(const Stat &stat);

} // namespace unwedge::procfs
