// SPDX-License-Identifier: GPL-2.0-only
#include "oracle.h"

#include <cstddef>

namespace unwedge::fuzz {
namespace {

/// Table 3-7 of the Unicode standard: what the second byte must be depends on the first; 0: no sequence.
std::size_t well_formed_length(std::string_view text) {
    const auto byte = [&](std::size_t at) -> unsigned {
        return at < text.size() ? static_cast<unsigned char>(text[at]) : 0;
    };
    const auto within = [&](std::size_t at, unsigned first, unsigned last) {
        return byte(at) >= first && byte(at) <= last;
    };
    const bool third = within(2, 0x80, 0xBF);
    const bool fourth = third && within(3, 0x80, 0xBF);
    if (within(0, 0x00, 0x7F))
        return 1;
    if (within(0, 0xC2, 0xDF))
        return within(1, 0x80, 0xBF) ? 2 : 0;
    if (within(0, 0xE0, 0xEF)) {
        const unsigned least = byte(0) == 0xE0 ? 0xA0 : 0x80;
        const unsigned most = byte(0) == 0xED ? 0x9F : 0xBF;
        return within(1, least, most) && third ? 3 : 0;
    }
    if (within(0, 0xF0, 0xF4)) {
        const unsigned least = byte(0) == 0xF0 ? 0x90 : 0x80;
        const unsigned most = byte(0) == 0xF4 ? 0x8F : 0xBF;
        return within(1, least, most) && fourth ? 4 : 0;
    }
    return 0;
}

/// By the bytes of the marks, which are few: U+061C, U+200E and F, U+2028 to 202E, U+2066 to 2069.
bool steers(std::string_view sequence, bool lines) {
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(sequence[at]); };
    if (sequence.size() == 1)
        return byte(0) == '\n' ? !lines : byte(0) < 0x20 || byte(0) == 0x7F;
    if (sequence.size() == 2)
        return (byte(0) == 0xC2 && byte(1) < 0xA0) || sequence == "\xD8\x9C";
    if (sequence.starts_with("\xE2\x80"))
        return byte(2) == 0x8E || byte(2) == 0x8F || (byte(2) >= 0xA8 && byte(2) <= 0xAE);
    return sequence.starts_with("\xE2\x81") && byte(2) >= 0xA6 && byte(2) <= 0xA9;
}

} // namespace

bool is_harmless(std::string_view text, bool lines) {
    while (!text.empty()) {
        const std::size_t length = well_formed_length(text);
        if (length == 0 || steers(text.substr(0, length), lines))
            return false;
        text.remove_prefix(length);
    }
    return true;
}

} // namespace unwedge::fuzz
