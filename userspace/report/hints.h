// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "report/context.h"

#include <string>
#include <vector>

namespace unwedge::report {

/// What to do next: words, a command to copy, or both.
struct Hint {
    std::string text;
    std::string command;
};

std::vector<Hint> hints_for(const Context &context, const diagnosis::Verdict &culprit);

} // namespace unwedge::report
