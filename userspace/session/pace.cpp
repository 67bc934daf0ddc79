// SPDX-License-Identifier: GPL-2.0-only
#include "session/pace.h"

#include <algorithm>

namespace unwedge::session {

Nanos pause_after(const kernel::SweepTotals &totals, Nanos cost, Nanos every, Nanos stall_after) {
    constexpr int per_cent = 100;
    const Nanos wanted = totals.unread > 0 ? every : 2 * every;
    const Nanos longest = std::max(every, stall_after / 2);
    return std::min(std::max(wanted, cost * per_cent), longest);
}

} // namespace unwedge::session
