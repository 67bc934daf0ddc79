// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "report/cast.h"
#include "report/page.h"

namespace unwedge::report {

/// All about one culprit or suspect: its command, what it leaves unread, who waits, the evidence, what to do
/// next.
void print_culprit(Page &page, const Context &context, const Cast &cast, const diagnosis::Verdict &verdict);

/// A labelled part of a block: the label once, the lines below one another.
void print_field(Page &page, std::string_view label, const std::vector<Line> &lines);

} // namespace unwedge::report
