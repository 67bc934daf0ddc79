// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace unwedge::profiles {

/// What makes a text none that toml++ 3.3, Debian 12's, may be given.
struct TomlProblem {
    std::size_t line = 0; ///< from 1
    std::string_view what;
};

/// Looks for what TOML forbids or no rule needs, and what toml++ does not survive: bytes beyond ASCII outside
/// of quotes and comments, where it promises the compiler that there are none, and so many dotted keys that
/// it recurses off the stack when it frees their tables. All other errors are left to it.
std::optional<TomlProblem> find_problem(std::string_view text);

} // namespace unwedge::profiles
