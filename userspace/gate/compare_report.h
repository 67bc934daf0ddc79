// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "gate/compare.h"
#include "gate/comparison.h"
#include "gate/past_runs.h"

#include <string>
#include <vector>

namespace unwedge::gate {

/// What `unwedge compare` has found.
struct CompareReport {
    const CompareOptions &options;
    const KnownWedges &known;
    std::string commit; ///< of the baseline
    Comparison comparison;
    std::vector<PastRun> runs;
    Nanos length{}; ///< of all
    bool interrupted = false;
};

/// For people.
std::string to_text(const CompareReport &report);

/// unwedge.compare/1, docs/compare.schema.json.
std::string to_json(const CompareReport &report);

} // namespace unwedge::gate
