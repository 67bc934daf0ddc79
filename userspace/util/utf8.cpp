// SPDX-License-Identifier: GPL-2.0-only
#include "util/utf8.h"

#include <algorithm>
#include <array>

namespace unwedge {

namespace {

struct Range {
    char32_t first;
    char32_t last;
};

// Coarse on purpose: it need only be right for what names, paths and arguments contain.
constexpr std::array zero_width{Range{0x0300, 0x036F}, Range{0x0483, 0x0489},   Range{0x0591, 0x05BD},
                                Range{0x0610, 0x061A}, Range{0x064B, 0x065F},   Range{0x0E34, 0x0E3A},
                                Range{0x1AB0, 0x1AFF}, Range{0x1DC0, 0x1DFF},   Range{0x200B, 0x200D},
                                Range{0x20D0, 0x20FF}, Range{0xFE00, 0xFE0F},   Range{0xFE20, 0xFE2F},
                                Range{0xFEFF, 0xFEFF}, Range{0xE0001, 0xE007F}, Range{0xE0100, 0xE01EF}};
constexpr std::array double_width{Range{0x1100, 0x115F},   Range{0x2E80, 0x303E},   Range{0x3041, 0x4DBF},
                                  Range{0x4E00, 0xA4CF},   Range{0xA960, 0xA97F},   Range{0xAC00, 0xD7A3},
                                  Range{0xF900, 0xFAFF},   Range{0xFE30, 0xFE6F},   Range{0xFF00, 0xFF60},
                                  Range{0xFFE0, 0xFFE6},   Range{0x1F300, 0x1F64F}, Range{0x1F680, 0x1F6FF},
                                  Range{0x1F900, 0x1FAFF}, Range{0x20000, 0x3FFFD}};

template <typename Ranges>
bool in(const Ranges &ranges, char32_t code) {
    return std::any_of(ranges.begin(), ranges.end(),
                       [code](Range range) { return range.first <= code && code <= range.last; });
}

/// Bytes that a sequence of this lead byte has; 0 where none can start.
std::size_t sequence_length(unsigned char lead) {
    if (lead < 0x80)
        return 1;
    if (lead >= 0xC2 && lead < 0xE0)
        return 2;
    if (lead >= 0xE0 && lead < 0xF0)
        return 3;
    if (lead >= 0xF0 && lead < 0xF5)
        return 4;
    return 0;
}

bool is_scalar(char32_t code, std::size_t length) {
    constexpr std::array<char32_t, 5> least{0, 0, 0x80, 0x800, 0x10000};
    return code >= least.at(length) && code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
}

} // namespace

Glyph first_glyph(std::string_view text) {
    const auto lead = static_cast<unsigned char>(text.front());
    const Glyph invalid{lead, text.substr(0, 1), false};
    const std::size_t length = sequence_length(lead);
    if (length == 0 || length > text.size())
        return invalid;
    if (length == 1)
        return {lead, text.substr(0, 1), true};
    char32_t code = lead & (0xFFU >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if ((byte & 0xC0U) != 0x80)
            return invalid;
        code = (code << 6U) | (byte & 0x3FU);
    }
    return is_scalar(code, length) ? Glyph{code, text.substr(0, length), true} : invalid;
}

std::size_t columns(char32_t code) {
    if (in(zero_width, code))
        return 0;
    return in(double_width, code) ? 2 : 1;
}

std::size_t columns(std::string_view text) {
    std::size_t total = 0;
    while (!text.empty()) {
        const Glyph glyph = first_glyph(text);
        total += columns(glyph.code);
        text.remove_prefix(glyph.bytes.size());
    }
    return total;
}

} // namespace unwedge
