// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "formats/perfetto/actors.h"
#include "formats/perfetto/trace.h"
#include "recording/recording.h"

namespace unwedge::formats::perfetto {

/// A track of each thread that a look shows, below its process. What it did is a slice only where two looks
/// running agree, and an instant where one alone has it; what was unknown is not there at all.
void add_threads(const recording::Recording &recording, const Actors &actors, Trace &trace);

} // namespace unwedge::formats::perfetto
