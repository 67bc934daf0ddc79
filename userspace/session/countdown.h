// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "diagnosis/verdict.h"
#include "util/clock.h"

#include <map>
#include <optional>

namespace unwedge::session {

/// When a wedge has stood for so long that the tree is to be ended: each culprit has `grace` from the look
/// that first showed it, and gets all of it again if it stood no longer in between.
class Countdown {
  public:
    explicit Countdown(Nanos grace) : grace_(grace) {}

    enum class Change { none, begun, called_off };

    /// What the look at `now` found; it is called off when no culprit stands any more.
    Change take(const diagnosis::Diagnosis &diagnosis, Nanos now);

    /// The time of the culprit that stands for longest; nullopt if none does.
    std::optional<Nanos> due() const;

  private:
    Nanos grace_;
    std::map<diagnosis::Pid, Nanos> confirmed_; ///< culprit → first look that showed it
};

} // namespace unwedge::session
