// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "recording/recording.h"

#include <string>

namespace unwedge::formats {

/// The run as one testcase of a JUnit XML document, as Jenkins, GitLab and the readers for GitHub take it. A
/// wedge or a timeout is a failure, any other end but exit status 0 an error, with the report as its text.
std::string to_junit(const recording::Recording &recording);

} // namespace unwedge::formats
