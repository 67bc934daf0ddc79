// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace unwedge::config {

/// What makes a text none that toml++ 3.3, Debian 12's, may be given.
struct TomlProblem {
    std::size_t line = 0; ///< from 1
    std::string_view what;
};

/// Looks for what no rule needs and toml++ does not survive: characters beyond ASCII outside of quotes, of
/// which it promises the compiler that there are none, and a key of so many dots that it recurses off the
/// stack when it frees their tables. Stricter than TOML about keys and arrays; all other errors are left to
/// toml++.
std::optional<TomlProblem> find_problem(std::string_view text);

} // namespace unwedge::config
