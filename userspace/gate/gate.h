// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "gate/results.h"
#include "gate/suites_file.h"
#include "util/clock.h"

#include <optional>
#include <string>
#include <vector>

namespace unwedge::gate {

/// What `unwedge gate` was asked for. What is nullopt is as the file of suites says, or the default.
struct GateOptions {
    std::optional<std::string> file;            ///< of suites
    std::vector<std::string> argv;              ///< one suite; empty: none
    std::vector<std::string> pytest;            ///< patterns of files
    std::optional<std::string> ctest;           ///< a build folder
    std::optional<Pattern> tests;               ///< suites whose names it matches; nullopt: all
    std::optional<Nanos> timeout;               ///< default 10 min
    std::optional<Nanos> kill_after;            ///< default 10 s
    std::optional<unsigned> retries_on_hang;    ///< default 1
    std::optional<unsigned> retries_on_failure; ///< default 0
    std::optional<std::string>
        known; ///< file of known wedges; nullopt: that of the file, or unwedge-known.toml if it is there
    std::string folder = "unwedge-gate"; ///< for logs, diagnoses and recordings
    std::optional<std::string> junit;
    std::optional<std::string> json;
    std::optional<std::string> summary;
    Rules rules;
    bool fail_fast = false;                ///< nothing is run after what failed
    bool captures = true;                  ///< what suites print
    bool lists = false;                    ///< only says which suites there are
    std::vector<std::string> expectations; ///< of each suite
    std::vector<std::string> run_options;
};

/// `unwedge gate`: runs suites one after another, each under `unwedge run`. Returns the exit status; says on
/// stderr what is to be said.
int gate(const GateOptions &options);

} // namespace unwedge::gate
