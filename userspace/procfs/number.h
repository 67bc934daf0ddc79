// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <charconv>
#include <optional>
#include <string_view>

namespace unwedge::procfs {

/// All of `text` as a number of type T; nullopt if it is none, has anything around it, or doesn't fit in T.
template <typename T>
std::optional<T> parse_number(std::string_view text, int base = 10) {
    T value{};
    const char *const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value, base);
    if (error != std::errc() || stop != end)
        return std::nullopt;
    return value;
}

/// Cuts the next word off the front of `text`: what lies between blanks or ends of line; "" when none is
/// left.
inline std::string_view next_word(std::string_view &text) {
    constexpr std::string_view blanks = " \t\n";
    const auto begin = text.find_first_not_of(blanks);
    if (begin == std::string_view::npos)
        return text = {};
    const auto end = text.find_first_of(blanks, begin);
    const std::string_view word = text.substr(begin, end - begin);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end);
    return word;
}

} // namespace unwedge::procfs
