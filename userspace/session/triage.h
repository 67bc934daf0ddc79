// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "facts/ids.h"
#include "util/clock.h"
#include "util/pattern.h"

#include <optional>
#include <string>
#include <vector>

namespace unwedge::session {

struct TriageOptions {
    std::vector<facts::Pid> pids; ///< each with all that comes from it
    std::optional<Pattern> match; ///< and each process whose command line it matches, with all from it
    bool all = false;             ///< every process but kernel threads
    Nanos window = std::chrono::seconds(2); ///< between the first look and the last; at least a second
    std::optional<Nanos> watch;             ///< look again so long after each report, until interrupted
    std::optional<std::string> json;        ///< file for the diagnosis; "-": stdout, in place of the report
    std::optional<std::string> profiles;    ///< file with rules for names
    bool stacks = false;                    ///< of the threads of those who are accused
    bool no_bpf = false;                    ///< look from /proc alone
    bool verbose = false;
};

/// `unwedge triage`: looks at what already runs, twice, and tells on stdout what is wedged. Returns the exit
/// status: 0 nothing is, 3 something is, 1 it failed.
int triage(const TriageOptions &options);

} // namespace unwedge::session
