// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "formats/perfetto/actors.h"
#include "formats/perfetto/trace.h"
#include "recording/recording.h"

namespace unwedge::formats::perfetto {

/// Who waits on whom, by the wait-for graph of each look: a slice of the waiter as long as looks running have
/// the same edge (an instant where one alone has it), and an arrow from it to whom it waits on.
void add_waits(const recording::Recording &recording, const Actors &actors, Trace &trace);

} // namespace unwedge::formats::perfetto
