// SPDX-License-Identifier: GPL-2.0-only
#include "util/duration.h"

#include <array>
#include <charconv>
#include <utility>

namespace unwedge {

std::optional<Nanos> parse_duration(std::string_view text) {
    constexpr std::array<std::pair<std::string_view, double>, 5> units{
        {{"", 1}, {"ms", 1e-3}, {"s", 1}, {"m", 60}, {"h", 3600}}};
    constexpr double longest = 30 * 86400.0;
    double value = 0;
    const auto [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
    if (error != std::errc())
        return std::nullopt;
    const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
    for (const auto &[name, factor] : units)
        if (unit == name && value >= 0 && value * factor <= longest)
            return std::chrono::duration_cast<Nanos>(std::chrono::duration<double>(value * factor));
    return std::nullopt;
}

} // namespace unwedge
