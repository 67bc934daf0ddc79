// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <algorithm>
#include <string_view>

namespace unwedge::recording {

/// Whether `list`, of literals, has `text`.
template <typename List>
bool is_one_of(const List &list, std::string_view text) {
    return std::ranges::find(list, text) != list.end();
}

/// Whether `text` starts with one of them.
template <typename List>
bool starts_with_one_of(const List &list, std::string_view text) {
    return std::ranges::any_of(list, [text](std::string_view start) { return text.starts_with(start); });
}

} // namespace unwedge::recording
