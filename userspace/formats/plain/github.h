// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "recording/recording.h"

#include <string>

namespace unwedge::formats {

/// Lines that make annotations of a GitHub job when a step prints them: an error for each culprit or for a
/// bad end, a warning for each suspect, a notice for each stall that is over. "" if all is well.
std::string to_github_annotations(const recording::Recording &recording);

/// Markdown for the file that GITHUB_STEP_SUMMARY names, less than the 1 MiB that GitHub takes.
std::string to_github_summary(const recording::Recording &recording);

} // namespace unwedge::formats
