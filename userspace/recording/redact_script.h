// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace unwedge::recording {

/// A word of a shell's script, and where it stands there.
struct ScriptWord {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::string text; ///< without its quotes

    /// `other` in the quotes of this one, if all of it stands in quotes.
    std::string requoted(std::string_view script, std::string_view other) const;
};

/// About as a shell would split it; what is expanded there stays as it is written.
std::vector<ScriptWord> script_words(std::string_view script);

} // namespace unwedge::recording
