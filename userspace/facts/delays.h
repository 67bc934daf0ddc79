// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "util/clock.h"

#include <array>
#include <cstdint>

namespace unwedge::facts {

/// Receives by how long the oldest unread byte had waited for them: a histogram in powers of two. Where a
/// receive leaves bytes behind, their wait is told too short rather than too long.
struct Delays {
    /// Bucket N counts those below bound(N), and not below bound(N - 1).
    std::array<std::uint64_t, 24> buckets{};

    std::uint64_t count() const;
    /// A delay that at least `share` (0 to 1) of the receives stayed below; Nanos::max() if that lies in the
    /// last bucket, which has no bound. Meaningless without receives.
    Nanos below(double share) const;
    /// Exclusive upper bound of a bucket but the last: 2^bucket times 1,024 ns.
    static Nanos bound(std::size_t bucket);
};

} // namespace unwedge::facts
