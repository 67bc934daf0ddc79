// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "gate/trials.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace unwedge::gate {

struct CompareOptions : TrialOptions {
    std::string revision;             ///< the baseline
    std::vector<std::string> only;    ///< the paths that are suspected; empty: all
    std::optional<std::string> build; ///< a shell command, run once on each side
    std::size_t runs = 20;            ///< on each side, 1 to 10,000
    double detect = 0.2;              ///< > 0, < 1: the rate that may not go unnoticed
    std::uint64_t seed = 1;           ///< of the order
};

constexpr std::size_t most_compared_runs = 10000;

/// Runs a command at a baseline and at the working tree in turns, and tells whether the change makes it
/// worse. Returns the exit status: 0 it does not, 1 it does, 3 that can't be told, 125 it failed.
int compare(const CompareOptions &options);

} // namespace unwedge::gate
