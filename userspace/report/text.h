// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "report/context.h"
#include "util/printable.h"

#include <cstddef>
#include <string>

namespace unwedge::report {

/// How text is to be laid out. Made from the terminal by the caller; reports ask no one.
struct Style {
    bool colour = false;
    std::size_t width = 100; ///< columns, at least 40
};

/// One line, no newline: "child (pid 12) stopped consuming: 165 B unread for 3.6 s; parent (pid 11) waits".
/// "nothing is wedged" where nothing is.
std::string summary(const Context &context);

/// The report for people: summary, process tree with the culprit marked, who waits on whom, evidence, whether
/// any connection leaves the tree, what was lost, what to do next. Control characters from outside are
/// escaped.
std::string to_text(const Context &context, const Style &style);

/// What was lost, "events 12, looks 3, last 2.0 s ago"; empty if nothing was.
std::string losses_text(const facts::Snapshot &snapshot);

/// "unwedge: `text`" in lines of the style's width, made printable.
std::string status_text(std::string_view text, const Style &style);

using unwedge::printable;

} // namespace unwedge::report
