// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "gate/suite.h"
#include "session/identity.h"
#include "util/result.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace unwedge::gate {

/// A suite for each file that the patterns (glob(7)) match, in the order of their names: `command` and the
/// file. It counts as skipped if pytest finds no test in it (exit status 5). An Error if a pattern matches
/// nothing.
Result<std::vector<Suite>> pytest_suites(const std::vector<std::string> &patterns,
                                         const std::vector<std::string> &command);

/// A suite for each test of what `ctest --show-only=json-v1` prints, but for those whose names don't match
/// `wanted`. It is run by itself, as CTest would; one that only CTest can judge (fixtures,
/// PASS_REGULAR_EXPRESSION and their like) is left to `ctest -R` in `folder`. A test's TIMEOUT holds.
Result<std::vector<Suite>> parse_ctest(std::string_view text, const std::string &folder,
                                       const std::optional<Pattern> &wanted);

/// The same of the build folder `folder`, asked for with the rights of `user`.
Result<std::vector<Suite>> ctest_suites(const std::string &folder, const std::optional<Pattern> &wanted,
                                        const std::optional<session::Identity> &user);

} // namespace unwedge::gate
