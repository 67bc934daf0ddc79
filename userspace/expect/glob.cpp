// SPDX-License-Identifier: GPL-2.0-only
#include "expect/glob.h"

#include <cstddef>

namespace unwedge::expect {

/// What went wrong behind the last star is tried again one byte later; what stands before it is settled.
bool matches_glob(std::string_view pattern, std::string_view text) {
    constexpr std::size_t none = std::string_view::npos;
    std::size_t star = none;
    std::size_t tried_from = 0;
    std::size_t at = 0;
    std::size_t in_pattern = 0;
    while (at < text.size()) {
        if (in_pattern < pattern.size() && pattern[in_pattern] == '*') {
            star = in_pattern++;
            tried_from = at;
        } else if (in_pattern < pattern.size() &&
                   (pattern[in_pattern] == '?' || pattern[in_pattern] == text[at])) {
            ++in_pattern;
            ++at;
        } else if (star != none) {
            in_pattern = star + 1;
            at = ++tried_from;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of('*', in_pattern) == none;
}

} // namespace unwedge::expect
