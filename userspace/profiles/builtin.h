// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <string_view>

namespace unwedge::profiles {

/// builtin.toml, as it was when the program was built.
std::string_view builtin_text();

} // namespace unwedge::profiles
