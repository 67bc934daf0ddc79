// SPDX-License-Identifier: GPL-2.0-only
#include "gate/run_lines.h"

#include "session/console.h"
#include "util/units.h"
#include "util/utf8.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

namespace unwedge::gate {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t bar_columns = 24;
/// A full bar is so many times as long as the first run took: those that take longer stand out.
constexpr int times_the_first = 4;

constexpr std::string_view line_begin = "\r\x1b[K";
constexpr std::string_view plain_again = "\x1b[0m";

std::string_view colour_of(std::string_view word) {
    if (word == name(Ending::passed))
        return "\x1b[32m";
    if (word == name(Ending::failed) || word == name(Ending::hung))
        return "\x1b[31m";
    return "\x1b[33m";
}

/// As long as `part` of the whole, to an eighth of a column; padded.
std::string bar(double part) {
    constexpr std::array eighths{"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    std::string drawn;
    if (part > 1.1) {
        for (std::size_t i = 1; i < bar_columns; ++i)
            drawn += "█";
        return drawn + "▶";
    }
    const auto length = static_cast<std::size_t>(std::clamp(part, 0.0, 1.0) * bar_columns * 8);
    for (std::size_t i = 0; i < length / 8; ++i)
        drawn += "█";
    drawn += eighths.at(length % 8);
    return drawn + std::string(bar_columns - columns(drawn), ' ');
}

/// No longer than `most` columns.
std::string clipped(std::string_view text, std::size_t most) {
    std::string shown;
    std::size_t taken = 0;
    while (!text.empty()) {
        const Glyph glyph = first_glyph(text);
        taken += columns(glyph.code);
        if (taken > most)
            break;
        shown += glyph.bytes;
        text.remove_prefix(glyph.bytes.size());
    }
    return shown;
}

} // namespace

RunLines::RunLines(std::optional<std::size_t> planned, std::vector<std::string> sides, Nanos timeout)
    : on_terminal_(::isatty(STDERR_FILENO) == 1), colour_(session::stderr_style().colour),
      width_(session::stderr_style().width), planned_(planned), sides_(std::move(sides)), timeout_(timeout) {}

Nanos RunLines::every() const {
    return on_terminal_ ? Nanos(100ms) : Nanos(1s);
}

std::string RunLines::bar_line(std::size_t number, std::size_t side, std::string_view word, Nanos length,
                               std::string_view note) const {
    std::size_t longest = 0;
    for (const std::string &one : sides_)
        longest = std::max(longest, one.size());
    const std::string who =
        sides_.empty() ? "" : fmt::format("  {:<{}}", sides_.at(side), static_cast<int>(longest));
    const std::string begin = fmt::format("{:>4}{}  ", number, who);
    const std::string rest =
        fmt::format("{:<11}  {}  {:>9}  {}", word, bar(seconds(length) / seconds(scale_.value_or(timeout_))),
                    duration_text(length), note);
    const std::string shown = clipped(rest, width_ - std::min(width_, begin.size() + 1));
    if (!colour_)
        return begin + shown;
    return fmt::format("{}{}{}{}{}", begin, colour_of(word), shown.substr(0, word.size()), plain_again,
                       shown.substr(std::min(shown.size(), word.size())));
}

std::string RunLines::plain_line(const PastRun &run, const std::string &reason) const {
    return fmt::format("unwedge: run {}{}{}: {} after {}{}{}\n", run.number,
                       planned_ ? fmt::format(" of {}", *planned_) : "",
                       sides_.empty() ? "" : fmt::format(" ({})", sides_.at(run.side)),
                       name(run.attempt.ending), duration_text(run.attempt.length),
                       reason.empty() ? "" : ": ", reason);
}

void RunLines::started(std::size_t number, std::size_t side, Nanos now) {
    running_.insert_or_assign(number, Running{side, now});
    tick(now);
}

void RunLines::finished(const PastRun &run, const std::string &reason) {
    running_.erase(run.number);
    if (!on_terminal_)
        return session::write_stderr(plain_line(run, reason));
    if (!scale_)
        scale_ = std::clamp<Nanos>(run.attempt.length * times_the_first, 1ms, timeout_);
    session::write_stderr(
        fmt::format("{}{}\n", line_begin,
                    bar_line(run.number, run.side, name(run.attempt.ending), run.attempt.length, reason)));
    tick(monotonic_now());
}

void RunLines::tick(Nanos now) const {
    if (!on_terminal_ || running_.empty())
        return;
    const auto &[number, run] = *running_.begin();
    const std::string more = running_.size() > 1 ? fmt::format("and {} more", running_.size() - 1) : "";
    session::write_stderr(
        fmt::format("{}{}", line_begin, bar_line(number, run.side, "running", now - run.began, more)));
}

} // namespace unwedge::gate
