// SPDX-License-Identifier: GPL-2.0-only
#include "util/time_namespace.h"

#include <unistd.h>

#include <array>
#include <fstream>
#include <limits>
#include <sstream>
#include <string>

namespace unwedge {
namespace {

/// Where a symbolic link of /proc points; empty if it can't be read.
std::string target_of(const char *link) {
    std::array<char, 64> target{};
    const ssize_t length = ::readlink(link, target.data(), target.size());
    return {target.data(), static_cast<std::size_t>(length > 0 ? length : 0)};
}

ClockOffsets read_own() {
    // The file tells of the namespace that children will be in. Who has left for another one himself is there
    // only after his next fork.
    if (target_of("/proc/self/ns/time") != target_of("/proc/self/ns/time_for_children"))
        return {};
    std::stringstream text;
    text << std::ifstream("/proc/self/timens_offsets").rdbuf();
    return parse_clock_offsets(text.str()).value_or(ClockOffsets());
}

} // namespace

/// "monotonic     -86400    500000000": each clock's seconds and nanoseconds.
std::optional<ClockOffsets> parse_clock_offsets(std::string_view text) {
    constexpr std::int64_t second = 1'000'000'000;
    constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max() / second / 4;
    std::istringstream words{std::string(text)};
    ClockOffsets offsets;
    std::string clock;
    while (words >> clock) {
        std::int64_t whole = 0;
        std::int64_t part = 0;
        if (!(words >> whole >> part) || whole > most || whole < -most || part < 0 || part >= second)
            return std::nullopt;
        const Nanos offset(whole * second + part);
        if (clock == "monotonic" || clock == "1")
            offsets.monotonic = offset;
        else if (clock == "boottime" || clock == "7")
            offsets.boottime = offset;
    }
    return offsets;
}

const ClockOffsets &own_clock_offsets() {
    static const ClockOffsets offsets = read_own();
    return offsets;
}

} // namespace unwedge
