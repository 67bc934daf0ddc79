// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "gate/trials.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace unwedge::gate {

/// Of one kind; more make neither tests nor tables better.
constexpr std::size_t most_runs = 1000000;

struct FlakeOptions : TrialOptions {
    std::optional<std::size_t> runs; ///< at most so many, 1 to most_runs; nullopt: until it is enough, or 3
    bool until_hang = false;
    std::optional<Nanos> lasting;       ///< no run begins later
    std::optional<std::string> provoke; ///< of `unwedge run`, for every second run
    std::optional<std::uint64_t> seed;  ///< of the first provoked run; each has one more than that before it

    /// nullopt: not known before.
    std::optional<std::size_t> planned() const;
};

/// Runs a command again and again, and tells how often it fails and hangs. Returns the exit status: 0 all
/// passed, 1 some did not, 125 it could not be run.
int flake(const FlakeOptions &options);

} // namespace unwedge::gate
