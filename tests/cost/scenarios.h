// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <functional>
#include <span>

namespace unwedge::cost {

/// Something that programs do and hooks may tax.
struct Scenario {
    const char *name;
    int per_turn; ///< how many of what the name says there are in one turn
    int turns;    ///< of one instance
    /// Makes what it takes, in the measured process, and returns one turn.
    std::function<void()> (*prepare)();
};

std::span<const Scenario> scenarios();

} // namespace unwedge::cost
