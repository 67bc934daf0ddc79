// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "session/watcher.h"
#include "util/clock.h"

namespace unwedge::session {

/// Until `other_fd`, if not -1, is readable, or `watcher` has events to drain, or it is `until`
/// (CLOCK_MONOTONIC); it may return earlier.
void wait_for_news(int other_fd, const Watcher &watcher, Nanos until);

} // namespace unwedge::session
