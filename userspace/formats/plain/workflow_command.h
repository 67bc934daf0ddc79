// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <string>
#include <string_view>

namespace unwedge::formats {

/// A line by which a step makes an annotation on GitHub, "::error title=…::…". `level`: "error", "warning",
/// "notice". Whatever title and message contain, it stays one command; a message that is longer than what the
/// runner keeps is cut, and says so.
std::string workflow_command(std::string_view level, std::string_view title, std::string_view message);

} // namespace unwedge::formats
