// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "report/page.h"

#include <string>

namespace unwedge::report {

/// "2 of 134 trees are wedged", "nothing is wedged in 134 trees, 512 processes; 1 is inconclusive".
std::string trees_summary(const std::vector<Tree> &trees);

/// The trees of `context`: each wedged one with all that is known, a line for each of which there is a
/// suspicion, and the others by name.
void print_trees(Page &page, const Context &context, const std::vector<Tree> &trees);

} // namespace unwedge::report
