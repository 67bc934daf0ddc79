// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "report/cast.h"
#include "report/page.h"

namespace unwedge::report {

/// A bullet list under a heading, of a few items and how many more there are; nothing at all if it is empty.
void print_list(Page &page, std::string_view heading, const std::vector<Line> &items);

/// What a report tells between its first line and what could not be seen: the process tree, who is accused
/// and why, who waits, what else is worth a look. `whole` is what `part` was taken from, itself if it was
/// not: it knows who holds the other ends.
void print_body(Page &page, const Context &part, const Context &whole, const Cast &cast);

} // namespace unwedge::report
