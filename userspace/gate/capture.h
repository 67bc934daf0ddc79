// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "session/identity.h"
#include "util/result.h"

#include <optional>
#include <string>
#include <vector>

namespace unwedge::gate {

/// What a program printed to stdout, and its exit status (128 + N: ended by signal N).
struct Captured {
    std::string output; ///< untrusted
    int status = 0;
};

/// Runs a program, which is found on PATH, with the rights of `user` (nullopt: ours) and nothing to read. Its
/// stderr is ours. An Error if it can't be run or prints more than 64 MiB.
Result<Captured> capture(const std::vector<std::string> &argv, const std::optional<session::Identity> &user);

} // namespace unwedge::gate
