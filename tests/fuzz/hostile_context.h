// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "feed.h"
#include "report/context.h"

namespace unwedge::fuzz {

/// One of the report tests' samples in which each text is one of the input's, and what verdicts, threads and
/// ends say of themselves is what the input says.
report::Context hostile_context(Feed &feed);

} // namespace unwedge::fuzz
