// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "formats/perfetto/actors.h"
#include "formats/perfetto/ends.h"
#include "formats/perfetto/trace.h"
#include "recording/recording.h"

namespace unwedge::formats::perfetto {

/// What each actor's flight recorder held, on a track of its process; an arrow from a send to the receive
/// that took its first byte, where that is beyond doubt (conversation.h).
void add_messages(const recording::Recording &recording, const Actors &actors, const Ends &ends,
                  Trace &trace);

} // namespace unwedge::formats::perfetto
