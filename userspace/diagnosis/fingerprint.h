// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace unwedge::diagnosis {

/// A stable hash of `parts` as 16 hex digits (FNV-1a, 64 bit). Runs of digits count as one, so that numbered
/// workers and temporary names do not make the same bug look different. The order of parts matters.
std::string fingerprint(const std::vector<std::string_view> &parts);

} // namespace unwedge::diagnosis
