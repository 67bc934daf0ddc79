// SPDX-License-Identifier: GPL-2.0-only
#include "procfs/fdinfo.h"

#include "procfs/number.h"

#include <limits>

namespace unwedge::procfs {

namespace {

/// Cuts the next complete line off the front of `text`. What has no newline is cut off and no line: half a
/// number would be a wrong one.
std::optional<std::string_view> next_line(std::string_view &text) {
    const auto end = text.find('\n');
    if (end == std::string_view::npos)
        return std::nullopt;
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    return line;
}

/// The value of "key: value" or "key:value" in a line of such pairs.
template <typename T>
std::optional<T> field(std::string_view line, std::string_view key, int base) {
    while (!line.empty()) {
        std::string_view word = next_word(line);
        if (!word.starts_with(key))
            continue;
        word.remove_prefix(key.size());
        return parse_number<T>(word.empty() ? next_word(line) : word, base);
    }
    return std::nullopt;
}

std::optional<EpollEntry> parse_entry(std::string_view line) {
    const auto fd = field<int>(line, "tfd:", 10);
    const auto events = field<std::uint32_t>(line, "events:", 16);
    const auto inode = field<std::uint64_t>(line, "ino:", 16);
    if (!fd || *fd < 0 || !events || !inode)
        return std::nullopt;
    return EpollEntry{*fd, *events, *inode};
}

/// "(seconds, nanoseconds)"; Nanos::max() if it doesn't fit.
std::optional<Nanos> parse_time(std::string_view text) {
    const auto open = text.find('(');
    const auto comma = text.find(", ");
    const auto close = text.find(')');
    if (open == std::string_view::npos || comma == std::string_view::npos ||
        close == std::string_view::npos || open > comma || comma > close)
        return std::nullopt;
    const auto seconds = parse_number<std::uint64_t>(text.substr(open + 1, comma - open - 1));
    const auto nanos = parse_number<std::uint64_t>(text.substr(comma + 2, close - comma - 2));
    constexpr std::uint64_t second = 1'000'000'000;
    constexpr std::uint64_t longest = std::numeric_limits<std::int64_t>::max();
    if (!seconds || !nanos || *nanos >= second)
        return std::nullopt;
    if (*seconds >= longest / second)
        return Nanos::max();
    return Nanos(static_cast<std::int64_t>(*seconds * second + *nanos));
}

} // namespace

Result<std::vector<EpollEntry>> parse_epoll(std::string_view text) {
    std::vector<EpollEntry> entries;
    while (const auto line = next_line(text)) {
        if (!line->starts_with("tfd:"))
            continue;
        const auto entry = parse_entry(*line);
        if (!entry)
            return Error{"the fdinfo of an epoll set has a registration that can't be read"};
        entries.push_back(*entry);
    }
    if (!text.empty())
        return Error{"the fdinfo of an epoll set is cut off"};
    return entries;
}

Result<Timerfd> parse_timerfd(std::string_view text) {
    std::optional<std::uint64_t> ticks;
    std::optional<Nanos> value;
    while (const auto line = next_line(text)) {
        if (line->starts_with("ticks:"))
            ticks = field<std::uint64_t>(*line, "ticks:", 10);
        else if (line->starts_with("it_value:"))
            value = parse_time(*line);
    }
    if (!ticks || !value)
        return Error{"the fdinfo of a timerfd can't be read"};
    Timerfd timer;
    timer.expired = *ticks > 0;
    // The kernel shows 0 for a disarmed timer, and for one that waits to be read before it runs again.
    if (*value > Nanos::zero() && *value < Nanos::max())
        timer.remaining = *value;
    return timer;
}

Result<facts::Pid> parse_pidfd(std::string_view text) {
    while (const auto line = next_line(text)) {
        const auto pid = field<facts::Pid>(*line, "Pid:", 10);
        if (pid && *pid > 0)
            return *pid;
    }
    return Error{"the fdinfo of a pidfd names no process"};
}

} // namespace unwedge::procfs
