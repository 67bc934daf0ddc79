// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "report/context.h"
#include "session/watcher.h"

namespace unwedge::session {

/// What a report is made from: `look`, and where, when and by what means it was taken. `begin`: since when
/// the tree has been watched (CLOCK_MONOTONIC).
report::Context context_of(Look look, Means means, Nanos begin);

} // namespace unwedge::session
