// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "recording/recording.h"

#include <string>

namespace unwedge::formats {

/// The recording as one HTML page that loads nothing: the verdict and the state of the run in words, and by
/// its script the wait-for graph, a timeline of each actor, the channels' queues, the evidence and all
/// tables. Without scripts it still tells the verdict and the report for people. The same recording makes the
/// same page, byte for byte.
std::string to_html(const recording::Recording &recording);

} // namespace unwedge::formats
