// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "report/context.h"
#include "report/page.h"

#include <vector>

namespace unwedge::report {

/// What the culprit's thread was executing, innermost call first; none where no stacks were asked for.
std::vector<Line> stack_lines(const Context &context, const diagnosis::Verdict &verdict);

} // namespace unwedge::report
