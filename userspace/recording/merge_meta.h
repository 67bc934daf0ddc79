// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "recording/hosts.h"
#include "recording/recording.h"
#include "util/result.h"

#include <vector>

namespace unwedge::recording {

/// An Error of code EINVAL unless all were judged by the same thresholds. How often sockets were looked at
/// may differ.
Result<void> require_same_thresholds(const std::vector<Recording> &recordings);

/// What is true of all of `recordings`, which are on one clock: of what differs, the least that any of them
/// saw, or all that there was, one behind the other.
Meta merged_meta(const std::vector<Recording> &recordings);

/// What was printed, by stream; of several that printed, one behind the other, below its host's label.
std::vector<Output> merged_output(const std::vector<Recording> &recordings, const Hosts &hosts);

/// By time.
std::vector<facts::Event> merged_events(const std::vector<Recording> &recordings);

/// What the hosts had together whenever one of them was swept.
std::vector<Sample> merged_samples(const std::vector<Recording> &recordings);

} // namespace unwedge::recording
