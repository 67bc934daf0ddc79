// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <cstddef>
#include <string_view>

namespace unwedge {

/// The first code point of a text; an invalid byte stands alone.
struct Glyph {
    char32_t code = 0;
    std::string_view bytes;
    bool valid = false;
};

/// `text` must not be empty.
Glyph first_glyph(std::string_view text);

/// Columns a terminal gives to the code point: 0 for combining marks, 2 for East Asian wide ones and emoji.
std::size_t columns(char32_t code);
std::size_t columns(std::string_view text);

} // namespace unwedge
