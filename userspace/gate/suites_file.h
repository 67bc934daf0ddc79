// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "gate/judgement.h"
#include "gate/suite.h"
#include "util/clock.h"
#include "util/pattern.h"
#include "util/result.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace unwedge::gate {

/// Where suites come from: one command, or many that are to be found.
struct Source {
    Suite suite;                        ///< what its suites have in common; of one command: all of it
    std::vector<std::string> pytest;    ///< patterns of files; empty: none
    std::string ctest;                  ///< a build folder; empty: none
    std::optional<Pattern> ctest_tests; ///< names of the tests in it
};

/// What a file of suites says. What it leaves out is nullopt.
struct SuitesFile {
    std::optional<Nanos> timeout;
    std::optional<Nanos> kill_after;
    std::optional<unsigned> retries_on_hang;
    std::optional<unsigned> retries_on_failure;
    std::optional<std::string> known;
    std::vector<Source> sources;
};

/// `file`: what Errors call it.
Result<SuitesFile> parse_suites(std::string_view text, const std::string &file);

} // namespace unwedge::gate
