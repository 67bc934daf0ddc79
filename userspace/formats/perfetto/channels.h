// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "formats/perfetto/ends.h"
#include "formats/perfetto/trace.h"
#include "recording/recording.h"

namespace unwedge::formats::perfetto {

/// A track of each channel; below it, of each of its ends, the bytes that were unread when somebody looked or
/// it stalled, and its stalls, from when it was last consumed until it was again.
void add_channels(const recording::Recording &recording, const Ends &ends, Trace &trace);

} // namespace unwedge::formats::perfetto
