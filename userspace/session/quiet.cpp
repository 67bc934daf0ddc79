// SPDX-License-Identifier: GPL-2.0-only
#include "session/quiet.h"

#include <algorithm>

namespace unwedge::session {
namespace {

constexpr Nanos last_pause = std::chrono::seconds(30); ///< between two pairs, unless they cost much
constexpr Nanos first_pause = std::chrono::seconds(1);
constexpr int pair_share = 200; ///< of a CPU, for a pair of looks

} // namespace

void Quiet::saw(std::uint64_t mark, Nanos now) {
    if (mark_ == mark)
        return;
    mark_ = mark;
    still_since_ = now;
    next_ = {};
    looks_ = 0;
    pause_ = first_pause;
}

bool Quiet::is_due(Nanos now) const {
    return mark_ && now - still_since_ >= after_ && now >= next_;
}

void Quiet::looked(Nanos now, Nanos cost) {
    if (++looks_ % 2 != 0)
        return;
    next_ = now + std::max(pause_, 2 * pair_share * cost);
    pause_ = std::min(2 * pause_, last_pause);
}

} // namespace unwedge::session
