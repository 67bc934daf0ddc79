// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "formats/html/digest.h"

#include <string>
#include <string_view>

namespace unwedge::formats::html {

/// What the whole page says first.
struct Headline {
    std::string_view state; ///< "wedged", "doubt", "past", "fine", "unknown": how it is coloured
    std::string_view word;  ///< the same for people
    std::string sentence;   ///< the last look's summary; plain text
};

Headline headline_of(const Digest &digest);

/// The state of the run as a list of terms, and what should make one doubt what the page tells: HTML.
std::string facts_html(const Digest &digest);
std::string warnings_html(const Digest &digest);

} // namespace unwedge::formats::html
