// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "formats/perfetto/trace.h"
#include "recording/recording.h"

namespace unwedge::formats::perfetto {

/// When the recording was closed; if it was cut off, the last time that it tells of. CLOCK_MONOTONIC.
Nanos end_of(const recording::Recording &recording);

/// The whole run on one track, with the host and the tracer, the looks below it, and what the sweeps counted.
/// Returns that track.
TrackId add_run(const recording::Recording &recording, Trace &trace);

} // namespace unwedge::formats::perfetto
