// SPDX-License-Identifier: GPL-2.0-only
#include "util/printable.h"
#include "util/utf8.h"

#include <fmt/format.h>

#include <iterator>

namespace unwedge {

namespace {

/// Marks that reorder what is shown: a name could hide behind them.
bool reorders(char32_t code) {
    return code == 0x061C || code == 0x200E || code == 0x200F || (code >= 0x2028 && code <= 0x202E) ||
           (code >= 0x2066 && code <= 0x2069);
}

bool steers(const Glyph &glyph) {
    return !glyph.valid || glyph.code < 0x20 || (glyph.code >= 0x7F && glyph.code < 0xA0) ||
           reorders(glyph.code);
}

} // namespace

std::string printable(std::string_view text) {
    std::string shown;
    while (!text.empty()) {
        const Glyph glyph = first_glyph(text);
        text.remove_prefix(glyph.bytes.size());
        if (!steers(glyph)) {
            shown += glyph.bytes;
            continue;
        }
        for (const char byte : glyph.bytes)
            fmt::format_to(std::back_inserter(shown), "\\x{:02x}", static_cast<unsigned char>(byte));
    }
    return shown;
}

} // namespace unwedge
