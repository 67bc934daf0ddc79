// SPDX-License-Identifier: GPL-2.0-only
#include "facts/delays.h"

#include <numeric>

namespace unwedge::facts {

std::uint64_t Delays::count() const {
    return std::accumulate(buckets.begin(), buckets.end(), std::uint64_t{0});
}

Nanos Delays::below(double share) const {
    const double wanted = share * static_cast<double>(count());
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i + 1 < buckets.size(); ++i) {
        seen += buckets.at(i);
        if (static_cast<double>(seen) >= wanted)
            return bound(i);
    }
    return Nanos::max();
}

Nanos Delays::bound(std::size_t bucket) {
    return Nanos(std::int64_t{1024} << bucket);
}

} // namespace unwedge::facts
