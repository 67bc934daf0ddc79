// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

namespace unwedge::formats::html {

// Ordered, so that the same recording makes the same bytes in an order that a person can follow.
using Json = nlohmann::ordered_json;

/// `text` for HTML, between tags or in a quoted attribute. What could steer a terminal is made visible as
/// \xNN first: people copy from pages.
std::string html_text(std::string_view text);
/// The same of text whose lines are to stay lines.
std::string html_lines(std::string_view text);

/// `data` as text of a <script> element: no "<", ">" or "&", so that nothing in it ends the element or begins
/// a comment, and no U+2028 or U+2029. Bytes that aren't UTF-8 become U+FFFD.
std::string script_json(const Json &data);

} // namespace unwedge::formats::html
