// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "util/result.h"

#include <string>
#include <vector>

namespace unwedge::kernel {

/// A capability that tracing needs, and why.
struct Capability {
    int number = 0;
    std::string name; ///< "CAP_BPF"
    std::string why;
};

/// Those that this process lacks in its effective set: empty means that nothing is missing. Inside a user
/// namespace all are: the set is of that namespace only.
std::vector<Capability> missing_capabilities();

/// What the user can do about them.
std::string remedy();

/// An error naming each missing capability and what to do, if there is one.
Result<void> require_capabilities();

} // namespace unwedge::kernel
