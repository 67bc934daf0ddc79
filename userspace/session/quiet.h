// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "util/clock.h"

#include <cstdint>
#include <optional>

namespace unwedge::session {

/// When to look at a tree though no queue shows anything: its command has not moved for a while. Two looks
/// each time, because it takes two to see that nobody moves; then a pause, each twice as long as the one
/// before up to half a minute, because what idles for good reason does so for long.
class Quiet {
  public:
    /// `after`: how long it must not have moved.
    explicit Quiet(Nanos after) : after_(after) {}

    /// `mark`: what the command's moves change, as read at `now`.
    void saw(std::uint64_t mark, Nanos now);
    bool is_due(Nanos now) const;
    /// A look that was due was taken at `now`, and took `cost`.
    void looked(Nanos now, Nanos cost);

  private:
    Nanos after_;
    std::optional<std::uint64_t> mark_;
    Nanos still_since_{};
    Nanos next_{};
    Nanos pause_{};
    int looks_ = 0; ///< since it last moved
};

} // namespace unwedge::session
