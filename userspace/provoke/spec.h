// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "provoke/cpus.h"
#include "util/clock.h"

#include <cstdint>
#include <optional>
#include <string>

namespace unwedge::provoke {

/// Processes that do nothing but use a CPU.
struct Load {
    unsigned count = 0; ///< > 0
    Cpus cpus;          ///< that they run on; empty: wherever the tree may
};

/// Actors are stopped for a moment, now and then.
struct Stops {
    std::string names; ///< a glob(7) of those whom that befalls; empty: all
    Nanos longest{};   ///< > 0
};

/// What is done to a tree so that what happens rarely happens more often.
struct Spec {
    std::string text; ///< as the user gave it
    std::optional<Load> load;
    Cpus pin; ///< the tree runs on these only; empty: where it would without
    bool nice = false;
    Cpus affinity; ///< each actor runs on some of these, others from time to time; empty: it does not
    std::optional<Stops> stops;
};

/// Of setpriority(2).
constexpr int lowest_priority = 19;

/// Seeds are numbers that JSON readers, which have them as doubles, tell apart.
constexpr std::uint64_t most_seed = (1ULL << 53) - 1;

/// With it a run repeats.
struct Plan {
    Spec spec;
    std::uint64_t seed = 0; ///< at most most_seed
};

} // namespace unwedge::provoke
