// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "gate/attempt.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace unwedge::gate {

/// What `unwedge run --json` tells of how a command ended.
struct RunResult {
    std::optional<int> exit;   ///< of the command; nullopt: it did not exit, or that is not known
    std::optional<int> signal; ///< that ended it
    std::string summary;
    std::vector<Culprit> culprits; ///< certain or likely ones that stood wedged; each fingerprint once
    std::vector<std::string> unmet;
};

/// Of a diagnosis as JSON (unwedge.diagnosis/1). Untrusted: what is not as it should be counts as not told.
RunResult parse_run_result(std::string_view all);

/// The same of a file; nothing where there is none.
RunResult read_run_result(const std::string &path);

} // namespace unwedge::gate
