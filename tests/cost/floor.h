// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "kernel/hook_plan.h"
#include "util/fd.h"

#include <vector>

namespace unwedge::cost {

/// Empty programs on all hooks of a plan: what nobody who hooks these can go below. Attached as long as the
/// result lives.
Result<std::vector<Fd>> attach_floor(const kernel::HookPlan &plan);

} // namespace unwedge::cost
