// SPDX-License-Identifier: GPL-2.0-only
#include "util/units.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstring>

namespace unwedge {

namespace {

using namespace std::chrono_literals;

/// "2 min 5 s"; the smaller unit is left out where it is 0.
std::string two_units(std::int64_t big, std::string_view big_name, std::int64_t small,
                      std::string_view small_name) {
    if (small == 0)
        return fmt::format("{} {}", big, big_name);
    return fmt::format("{} {} {} {}", big, big_name, small, small_name);
}

} // namespace

std::string duration_text(Nanos length) {
    length = std::max(length, Nanos{});
    if (length < 500us)
        return "0 s";
    if (length < 999500us)
        return fmt::format("{} ms", std::chrono::round<std::chrono::milliseconds>(length).count());
    if (length < 9950ms)
        return fmt::format("{:.1f} s", seconds(length));
    const std::int64_t whole = std::chrono::round<std::chrono::seconds>(length).count();
    if (whole < 60)
        return fmt::format("{} s", whole);
    if (whole < 3600)
        return two_units(whole / 60, "min", whole % 60, "s");
    if (whole < 172800)
        return two_units(whole / 3600, "h", whole % 3600 / 60, "min");
    return two_units(whole / 86400, "d", whole % 86400 / 3600, "h");
}

std::string bytes_text(std::uint64_t bytes) {
    if (bytes < 1024)
        return fmt::format("{} B", bytes);
    constexpr std::array units{"KiB", "MiB", "GiB", "TiB"};
    std::size_t unit = 0;
    double amount = static_cast<double>(bytes) / 1024;
    // 1023.95 is the least that one decimal would show as 1024.0.
    for (; amount >= 1023.95 && unit + 1 < units.size(); ++unit)
        amount /= 1024;
    return fmt::format("{:.1f} {}", amount, units.at(unit));
}

std::string counted(std::size_t count, std::string_view noun) {
    return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string signal_text(int signal) {
    const char *abbreviation = sigabbrev_np(signal);
    return abbreviation ? fmt::format("SIG{}", abbreviation) : fmt::format("signal {}", signal);
}

} // namespace unwedge
