// SPDX-License-Identifier: GPL-2.0-only
#include "formats/plain/xml.h"

#include "util/printable.h"
#include "util/utf8.h"

#include <fmt/format.h>

#include <iterator>

namespace unwedge::formats {
namespace {

/// The production Char of XML 1.0, without the carriage return that a reader makes a newline of.
bool xml_can_carry(const Glyph &glyph) {
    if (!glyph.valid)
        return false;
    if (glyph.code < 0x20)
        return glyph.code == '\t' || glyph.code == '\n';
    return glyph.code != 0xFFFE && glyph.code != 0xFFFF;
}

std::string_view entity_of(char32_t code) {
    switch (code) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    default: return "";
    }
}

} // namespace

std::string xml_text(std::string_view text) {
    std::string escaped;
    while (!text.empty()) {
        const Glyph glyph = first_glyph(text);
        text.remove_prefix(glyph.bytes.size());
        if (!xml_can_carry(glyph)) {
            for (const char byte : glyph.bytes)
                fmt::format_to(std::back_inserter(escaped), "\\x{:02x}", static_cast<unsigned char>(byte));
            continue;
        }
        const std::string_view entity = entity_of(glyph.code);
        escaped += entity.empty() ? glyph.bytes : entity;
    }
    return escaped;
}

std::string xml_attribute(std::string_view text) {
    return xml_text(printable(text));
}

} // namespace unwedge::formats
