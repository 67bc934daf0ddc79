// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <string_view>

namespace unwedge::formats::html {

/// What every page holds besides its data.
struct Asset {
    std::string_view text;
    std::string_view hash; ///< of the text, as a Content-Security-Policy names it: "sha256-…"
};

Asset page_script();
Asset page_style();

} // namespace unwedge::formats::html
