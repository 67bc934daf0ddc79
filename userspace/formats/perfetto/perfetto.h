// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "recording/recording.h"

#include <string>

namespace unwedge::formats {

/// The recording as a Perfetto trace (a protobuf `Trace`, as ui.perfetto.dev and trace_processor read it), in
/// nanoseconds of CLOCK_MONOTONIC:
///   - of each actor a process with its life, the messages of its flight recorder, whom it waits on, and the
///     verdicts on it; below it its threads, with what two looks running agree that they did;
///   - of each channel its unread bytes and stalls, by end;
///   - of the run the looks, and what the sweeps counted.
/// A slice without an end still went on when the recording was closed. The same recording makes the same
/// bytes.
std::string to_perfetto(const recording::Recording &recording);

} // namespace unwedge::formats
