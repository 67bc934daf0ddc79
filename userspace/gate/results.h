// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "gate/evidence.h"
#include "gate/judgement.h"
#include "gate/known.h"
#include "util/clock.h"

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace unwedge::gate {

/// All that the results of a gate are written from.
struct Results {
    std::string began; ///< ISO 8601, UTC
    std::string host;
    std::string kernel; ///< uname -r
    Nanos length{};
    std::vector<Outcome> outcomes; ///< in the order of the suites
    Rules rules;
    KnownWedges known;
    std::optional<int> interrupted_by; ///< a signal
};

/// 0: nothing failed or hung for good; 1: something did; 128 + N: interrupted by signal N.
int exit_status(const Results &results);

/// "12 suites: 10 passed, 1 hung, 1 hung once and then passed".
std::string counts_text(const Results &results);

/// unwedge.gate/1; docs/gate.schema.json.
std::string to_json(const Results &results);

/// A JUnit XML document with a testcase for each suite, written again and again as the results grow: what an
/// ended suite has left is read once.
class JUnit {
  public:
    std::string write(const Results &results, const Evidence &evidence);

  private:
    std::map<std::size_t, std::string> ended_; ///< the testcases of those that have ended, by their places
};

/// Markdown for the file that GITHUB_STEP_SUMMARY names.
std::string to_summary(const Results &results, const Evidence &evidence);

} // namespace unwedge::gate
