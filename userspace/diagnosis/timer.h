// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "diagnosis/policy.h"
#include "facts/model.h"

#include <optional>

namespace unwedge::diagnosis {

/// Whether a sleeping thread will wake by itself (docs/design.md §1, "timer").
struct Timer {
    bool known = true;         ///< false: its timeout could not be read
    std::optional<Nanos> left; ///< until it fires, >= 0; nullopt: none within the horizon
};

Timer timer_of(const facts::Thread &thread, const Policy &policy);

} // namespace unwedge::diagnosis
