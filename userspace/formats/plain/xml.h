// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <string>
#include <string_view>

namespace unwedge::formats {

/// As the text of an element, of XML 1.0 and of HTML: markup is escaped, and what XML can't carry (control
/// characters but tab and newline, invalid UTF-8, U+FFFE, U+FFFF) made visible as \xNN.
std::string xml_text(std::string_view text);

/// The same between quotes, where a reader makes spaces of tabs and newlines: they are made visible, too.
std::string xml_attribute(std::string_view text);

} // namespace unwedge::formats
