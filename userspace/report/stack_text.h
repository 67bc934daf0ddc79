// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "report/context.h"
#include "report/page.h"

#include <string>
#include <vector>

namespace unwedge::report {

/// Where a frame lies, "0x2591": in its module, as addr2line takes it; in the process where it has none.
std::string place_text(const facts::Frame &frame);

/// What the culprit's thread was executing, innermost call first; none where no stacks were asked for.
std::vector<Line> stack_lines(const Context &context, const diagnosis::Verdict &verdict);

} // namespace unwedge::report
