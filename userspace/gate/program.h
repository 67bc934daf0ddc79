// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "session/identity.h"
#include "util/result.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace unwedge::gate {

/// A program that is called for what it prints.
struct Call {
    std::vector<std::string> argv;                                ///< not empty; looked for on PATH
    std::string folder;                                           ///< where; empty: here
    std::vector<std::pair<std::string, std::string>> environment; ///< set; an empty value: taken out
};

/// What it prints on stdout, without its last newline, as `user` (nullopt: as we are), with nothing to read.
/// An Error, of code 0, has what it said on stderr, if its exit status is not 0.
Result<std::string> output_of(const Call &call, const std::optional<session::Identity> &user);

} // namespace unwedge::gate
