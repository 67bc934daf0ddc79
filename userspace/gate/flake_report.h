// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "gate/flake.h"
#include "gate/past_runs.h"

#include <string>
#include <vector>

namespace unwedge::gate {

/// What `unwedge flake` has found.
struct FlakeReport {
    const FlakeOptions &options;
    const KnownWedges &known;
    std::vector<PastRun> runs; ///< as they ended; side 1: provoked
    Nanos length{};            ///< of all
    bool interrupted = false;
};

constexpr const char *plain_side = "plain";
constexpr const char *provoked_side = "provoked";

/// For people.
std::string to_text(const FlakeReport &report);

/// unwedge.flake/1, docs/flake.schema.json.
std::string to_json(const FlakeReport &report);

} // namespace unwedge::gate
