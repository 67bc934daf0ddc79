// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "recording/recording.h"

namespace unwedge::recording {

/// Moves all points in time of a recording, but those of the wall clock: `by` is no longer than times of a
/// recording go. What was concluded is left as it is.
void shift(Recording &recording, Nanos by);

} // namespace unwedge::recording
