// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <string>
#include <vector>

namespace unwedge::report {

/// The command as one would type it to a shell: words are quoted where they need it.
std::string shell_text(const std::vector<std::string> &argv);

} // namespace unwedge::report
