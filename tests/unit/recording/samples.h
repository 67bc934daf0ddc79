// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "recording/recording.h"

#include <cstddef>

namespace unwedge::recording::samples {

/// The run that a report's sample stands for: births and deaths, a stall, two looks of which the last is the
/// sample's, what each actor did last, and a sample for each second.
Recording of(const report::Context &last);

Recording wedge(); ///< of report::samples::chain()
/// Nothing was suspected, so there is only the look of the end.
Recording healthy();
/// `actors` of which six wait on one that is stopped, with `records` records of what they did.
Recording crowd(std::size_t actors, std::size_t records);
/// Names, arguments and addresses that attack a terminal, a page or a log.
Recording hostile();
/// Cut off before anything was written but its head.
Recording empty();

} // namespace unwedge::recording::samples
