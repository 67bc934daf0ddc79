// SPDX-License-Identifier: GPL-2.0-only
#include "session/quiet.h"

#include <algorithm>

namespace unwedge::session {
namespace {

constexpr Nanos pause_between_pairs = std::chrono::seconds(10);
constexpr int pair_share = 200; ///< of a CPU, for a pair of looks

} // namespace

void Quiet::saw(std::uint64_t mark, Nanos now) {
    if (mark_ == mark)
        return;
    mark_ = mark;
    still_since_ = now;
    next_ = {};
    looks_ = 0;
}

bool Quiet::is_due(Nanos now) const {
    return mark_ && now - still_since_ >= after_ && now >= next_;
}

void Quiet::looked(Nanos now, Nanos cost) {
    if (++looks_ % 2 == 0)
        next_ = now + std::max(pause_between_pairs, 2 * pair_share * cost);
}

} // namespace unwedge::session
