// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "kernel/tracer.h"
#include "util/clock.h"

namespace unwedge::session {

/// How long to wait until the next sweep. `every`: while something is unread; twice that while nothing is. A
/// sweep that cost `cost` is followed by a pause that keeps sweeping at 0.8 % of a CPU, but never by one so
/// long that a stall of `stall_after` would be told half that time late.
Nanos pause_after(const kernel::SweepTotals &totals, Nanos cost, Nanos every, Nanos stall_after);

} // namespace unwedge::session
