// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "recording/recording.h"
#include "util/result.h"

#include <cstddef>
#include <string>
#include <vector>

namespace unwedge::recording {

struct Merged {
    Recording recording;
    std::size_t connections = 0;      ///< that two of the recordings had one end of each
    std::vector<std::string> remarks; ///< what was done about clocks, for people
};

/// Recordings of several hosts, or of several runs, as one: on the clock of the first, with ends that were
/// outside in one and are held in another joined, and diagnosed anew, so that waits and verdicts cross from
/// one to the other. An Error of code EINVAL: they were judged by other thresholds.
Result<Merged> merge(std::vector<Recording> recordings);

} // namespace unwedge::recording
