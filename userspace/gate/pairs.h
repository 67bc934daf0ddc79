// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>

namespace unwedge::gate {

/// Whose turn it is of two sides that are compared: one run of each makes a pair, and which comes first is
/// drawn, so that what changes on the host meanwhile, or comes at intervals, meets both alike.
class Pairs {
  public:
    /// The same seed, the same turns, everywhere.
    explicit Pairs(std::uint64_t seed) : generator_(seed) {}

    std::size_t next(); ///< 0 or 1

  private:
    std::mt19937_64 generator_;
    bool is_second_ = false;
    std::size_t last_ = 0;
};

} // namespace unwedge::gate
