// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "formats/perfetto/actors.h"
#include "formats/perfetto/trace.h"
#include "recording/recording.h"

namespace unwedge::formats::perfetto {

/// Each verdict on the process that it is about: when a look first had it, and when its confidence or state
/// was another one since; likewise the notes, of which those on nobody are on the track `run`.
void add_verdicts(const recording::Recording &recording, const Actors &actors, TrackId run, Trace &trace);

} // namespace unwedge::formats::perfetto
