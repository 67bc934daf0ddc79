// SPDX-License-Identifier: GPL-2.0-only
#include "session/countdown.h"

#include "report/cast.h"

#include <algorithm>

namespace unwedge::session {

Countdown::Change Countdown::take(const diagnosis::Diagnosis &diagnosis, Nanos now) {
    const bool ran = !confirmed_.empty();
    const report::Cast cast(diagnosis);
    std::erase_if(confirmed_, [&](const auto &one) { return !cast.culprit(one.first); });
    for (const diagnosis::Verdict *culprit : cast.culprits)
        confirmed_.try_emplace(culprit->pid, now);
    if (ran == !confirmed_.empty())
        return Change::none;
    return ran ? Change::called_off : Change::begun;
}

std::optional<Nanos> Countdown::due() const {
    if (confirmed_.empty())
        return std::nullopt;
    auto earlier = [](const auto &left, const auto &right) { return left.second < right.second; };
    return std::ranges::min_element(confirmed_, earlier)->second + grace_;
}

} // namespace unwedge::session
