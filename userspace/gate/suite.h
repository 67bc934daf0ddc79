// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "util/clock.h"
#include "util/pattern.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace unwedge::gate {

/// One suite of tests: a command that passes or does not.
struct Suite {
    std::string name;
    std::vector<std::string> argv;                                ///< not empty, but for one to be skipped
    std::string folder;                                           ///< where it runs; empty: here
    std::vector<std::pair<std::string, std::string>> environment; ///< added to ours
    std::optional<Nanos> timeout;                                 ///< nullopt: that of the gate
    std::vector<std::string> expectations;                        ///< as `run --expect` takes them
    std::vector<std::string> run_options;
    std::optional<std::string> skip;    ///< it is not run, for this reason
    std::optional<int> skip_status;     ///< exit status that says "skipped"
    std::optional<Pattern> skip_output; ///< what it prints then
    bool will_fail = false;             ///< any exit status but 0 is a pass, and 0 a failure
};

} // namespace unwedge::gate
