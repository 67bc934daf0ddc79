// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "util/clock.h"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace unwedge::provoke {

/// Whom the helper holds stopped, in memory that it shares with unwedge, which must take no stop of ours for
/// one that somebody else has made. What it says errs on one side: too much is called ours.
class Board {
  public:
    /// So many actors at once are provoked.
    static constexpr std::size_t slots = 1024;

    /// By the helper, before it stops the actor.
    void hold(std::size_t slot) { places_.at(slot).held = true; }
    /// By the helper, after the actor goes on. Kept in this order: who reads sees one of both.
    void let_go(std::size_t slot, Nanos now) {
        places_.at(slot).let_go_at = now.count();
        places_.at(slot).held = false;
    }

    /// By unwedge.
    bool is_held(std::size_t slot) const { return places_.at(slot).held; }
    /// At any time from `since` (CLOCK_MONOTONIC) on.
    bool was_held(std::size_t slot, Nanos since) const {
        return is_held(slot) || places_.at(slot).let_go_at >= since.count();
    }

  private:
    struct Place {
        std::atomic<bool> held{false};
        std::atomic<std::int64_t> let_go_at{0};
    };
    std::array<Place, slots> places_{};
};
static_assert(std::atomic<bool>::is_always_lock_free && std::atomic<std::int64_t>::is_always_lock_free,
              "it is shared between processes");

} // namespace unwedge::provoke
