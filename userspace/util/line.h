// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <algorithm>
#include <string_view>

namespace unwedge {

/// Cuts the first line off the front of `text` and returns it without its newline. The last one need not have
/// one.
inline std::string_view cut_line(std::string_view &text) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    return line;
}

} // namespace unwedge
