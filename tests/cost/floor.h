// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "kernel/hook_plan.h"
#include "util/fd.h"

#include <vector>

namespace unwedge::cost {

/// How a function is hooked.
enum class FunctionHook {
    fexit,
    kretprobe, ///< what kernels without trampolines have
};

/// Empty programs on those hooks of a plan that level trace has while nothing is suspected: what nobody at
/// these can go below. Attached as long as the result lives.
Result<std::vector<Fd>> attach_floor(const kernel::HookPlan &plan,
                                     FunctionHook function_hook = FunctionHook::fexit);

} // namespace unwedge::cost
