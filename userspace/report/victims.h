// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "report/cast.h"
#include "report/page.h"

#include <vector>

namespace unwedge::report {

/// Who waits on whom, nearest to the final blocker first; those that wait on the same actor share a line.
std::vector<Line> victim_lines(const Context &context, const Cast &cast, const Cast::Verdicts &victims);

} // namespace unwedge::report
