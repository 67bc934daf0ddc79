// SPDX-License-Identifier: GPL-2.0-only
#include "session/loss_log.h"

#include <utility>

namespace unwedge::session {

void LossLog::note(facts::Losses all, Nanos now) {
    if (all == all_)
        return;
    all_ = std::move(all);
    last_ = now;
}

void LossLog::tell(facts::Snapshot &snapshot) const {
    snapshot.losses = all_;
    snapshot.last_loss = last_;
}

} // namespace unwedge::session
