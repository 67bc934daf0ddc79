// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "util/clock.h"

#include <cstdint>
#include <string_view>

namespace unwedge::provoke {

/// Random numbers that are the same on every machine and with every library, which those of
/// std::…distribution are not: SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number
/// generators, 2014).
class Dice {
  public:
    /// For one thing of many: those of different `who` or `what` know nothing of each other.
    Dice(std::uint64_t seed, std::string_view who, std::string_view what);

    /// From `least` to `most`, both included, all equally likely but for less than 2^-31.
    int number(int least, int most);
    /// The same, in whole microseconds; both are at most half an hour.
    Nanos length(Nanos least, Nanos most);

  private:
    std::uint64_t next();

    std::uint64_t state_;
};

} // namespace unwedge::provoke
