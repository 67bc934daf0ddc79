// SPDX-License-Identifier: GPL-2.0-only
#include "session/pace.h"

#include <algorithm>

namespace unwedge::session {

Nanos pause_after(const kernel::SweepTotals &totals, Nanos cost, Nanos every, Nanos stall_after) {
    constexpr int share = 125; // of a CPU: with what else is done, less than a hundredth in all
    const Nanos wanted = totals.unread > 0 ? every : 2 * every;
    const Nanos longest = std::max(every, stall_after / 2);
    return std::min(std::max(wanted, cost * share), longest);
}

} // namespace unwedge::session
