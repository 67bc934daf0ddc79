// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "report/text.h"
#include "util/result.h"

#include <string_view>

namespace unwedge::session {

/// How text is to be laid out on this process's stderr or stdout: colour only on a terminal and without
/// NO_COLOR (no-color.org); the terminal's width, or COLUMNS, or 100.
report::Style stderr_style();
report::Style stdout_style();

/// Tells the error on stderr, in one line; returns `status`.
int fail(const Error &error, int status);

/// Writes all of `text` to stderr, past any buffer. A reader who has left is no error, and one who takes
/// nothing for a while does not get the rest: a wedge there must not become ours.
void write_stderr(std::string_view text);

/// Writes all of `text` to stdout, where it is what the caller was started for: as long as its reader takes.
Result<void> write_stdout(std::string_view text);

} // namespace unwedge::session
