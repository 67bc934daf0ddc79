// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "report/cast.h"
#include "report/context.h"

#include <string>

namespace unwedge::report {

/// What a culprit does: "stopped consuming", "is blocked in nanosleep, 59 min 56 s left", "is stopped by a
/// signal".
std::string deed(const Context &context, const diagnosis::Verdict &verdict);

/// The same of a suspect: "may have stopped consuming".
std::string alleged_deed(const diagnosis::Verdict &verdict);

/// The same of one that recovered or ended: "was stopped".
std::string past_deed(const diagnosis::Verdict &verdict);

/// "165 B unread for 3.6 s", "end of file unread for 3.6 s"; "" where nothing is unread at the verdict's
/// channel.
std::string unread_text(const Context &context, const diagnosis::Verdict &verdict);

/// "parent (pid 11) waits", "a (pid 1) and b (pid 2) wait", "6 actors wait"; "" if nobody does.
std::string waiting_text(const facts::Snapshot &snapshot, const Cast::Verdicts &victims);

/// "recovered after 4.1 s", "ended after 4.1 s, before it consumed again".
std::string outcome_text(const facts::Snapshot &snapshot, const diagnosis::Verdict &verdict);

} // namespace unwedge::report
