// SPDX-License-Identifier: GPL-2.0-only
#include "cli/size.h"

#include <charconv>
#include <limits>

namespace unwedge::cli {

std::optional<std::uint64_t> parse_size(std::string_view text) {
    constexpr std::string_view units = "KMG";
    std::uint64_t bytes = 0;
    const char *const text_end = text.data() + text.size();
    const auto [end, error] = std::from_chars(text.data(), text_end, bytes);
    if (error != std::errc())
        return std::nullopt;
    const std::string_view unit(end, static_cast<std::size_t>(text_end - end));
    if (unit.empty())
        return bytes;
    const std::size_t power = units.find(unit);
    if (unit.size() != 1 || power == std::string_view::npos)
        return std::nullopt;
    const std::size_t shift = 10 * (power + 1);
    if (bytes > std::numeric_limits<std::uint64_t>::max() >> shift)
        return std::nullopt;
    return bytes << shift;
}

} // namespace unwedge::cli
