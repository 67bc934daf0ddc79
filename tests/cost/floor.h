// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "kernel/hook_plan.h"
#include "util/fd.h"

#include <vector>

namespace unwedge::cost {

/// Empty programs on those hooks of a plan that level trace has while nothing is suspected: what nobody at
/// these can go below. Attached as long as the result lives.
Result<std::vector<Fd>> attach_floor(const kernel::HookPlan &plan);

} // namespace unwedge::cost
