// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "report/cast.h"
#include "report/page.h"

namespace unwedge::report {

/// The process tree: each actor's name, pid, what it sits in, its CPU time and on whom it waits; at most
/// about 40 lines, whatever the number of actors.
void print_tree(Page &page, const Context &context, const Cast &cast);

} // namespace unwedge::report
