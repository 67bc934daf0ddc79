// SPDX-License-Identifier: GPL-2.0-only
#include "util/printable.h"

#include "harness.h"
#include "oracle.h"
#include "profiles/name_template.h"
#include "util/utf8.h"

namespace unwedge::fuzz {
namespace {

/// Glyph by glyph, all bytes are there, and what is valid is so by the oracle, too.
void check_glyphs(std::string_view text) {
    std::string all;
    for (std::string_view rest = text; !rest.empty();) {
        const Glyph glyph = first_glyph(rest);
        require(!glyph.bytes.empty() && glyph.bytes.size() <= 4, "a glyph has one to four bytes");
        require(glyph.valid || glyph.bytes.size() == 1, "an invalid byte stands alone");
        require(columns(glyph.code) <= 2, "no glyph is wider than two");
        all += glyph.bytes;
        rest.remove_prefix(glyph.bytes.size());
    }
    require(all == text, "glyphs make up their text");
}

void check_name(std::string_view text) {
    const std::string name = profiles::presentable(text);
    require(is_harmless(name), "a name is harmless");
    require(columns(name) <= profiles::longest_name, "a name is short");
}

void check(std::string_view input) {
    check_glyphs(input);
    const std::string shown = printable(input);
    require(is_harmless(shown), "what is printable is harmless");
    require(shown.size() >= input.size() && shown.size() <= 4 * input.size(), "a byte becomes four at most");
    require(!is_harmless(input) || shown == input, "what is harmless stays as it is");
    require(printable(shown) == shown, "what is printable stays so");
    check_name(input);
}

const Registered registered({.name = "printable", .check = check});

} // namespace
} // namespace unwedge::fuzz
