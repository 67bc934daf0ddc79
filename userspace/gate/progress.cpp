// SPDX-License-Identifier: GPL-2.0-only
#include "gate/progress.h"

#include "session/console.h"
#include "util/printable.h"
#include "util/units.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace unwedge::gate {
namespace {

constexpr std::size_t shown_lines = 20; ///< of what a bad attempt printed
constexpr std::size_t word_width = 12;

std::string upper(std::string_view word) {
    std::string text(word);
    std::ranges::transform(text, text.begin(), [](char one) {
        return static_cast<char>(std::toupper(static_cast<unsigned char>(one)));
    });
    return text;
}

std::string indented(std::string_view text) {
    std::string lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        lines += fmt::format("    {}\n", text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

std::string_view colour_code(std::string_view word) {
    if (word == "PASS")
        return "32";
    if (word == "SKIPPED" || word == "NOT-RUN")
        return "34";
    return word.starts_with("FLAKY") || word == "RETRY" ? "33" : "31";
}

bool is_bad(Ending ending) {
    return ending != Ending::passed && ending != Ending::skipped;
}

} // namespace

std::string Progress::coloured(std::string_view word) const {
    const std::string padded = fmt::format("{:>{}}", word, word_width);
    return style_.colour ? fmt::format("\x1b[1;{}m{}\x1b[0m", colour_code(word), padded) : padded;
}

void Progress::clear() {
    if (shown_)
        session::write_stderr("\r\x1b[K");
    shown_ = false;
}

void Progress::says(std::string_view text) {
    clear();
    session::write_stderr(fmt::format("{}\n", printable(text)));
}

void Progress::line(std::string_view word, Nanos length, std::string_view text) {
    clear();
    session::write_stderr(
        fmt::format("{} [{:>9.3f}s] {}\n", coloured(word), seconds(length), printable(text)));
}

void Progress::started(const std::string &suite, Nanos now) {
    running_ = suite;
    running_since_ = now;
    tick(now);
}

void Progress::tick(Nanos now) {
    if (!live_)
        return;
    const std::string text = fmt::format("{:>{}} {:>9.1f}s  {}", fmt::format("[{}/{}]", done_ + 1, suites_),
                                         word_width, seconds(now - running_since_), printable(running_));
    session::write_stderr(fmt::format("\r\x1b[K{}", text.substr(0, style_.width - 1)));
    shown_ = true;
}

void Progress::ended(const Outcome &outcome, bool retries) {
    const Attempt &attempt = outcome.attempts.back();
    const std::string tried =
        outcome.attempts.size() > 1 || retries ? fmt::format(" (try {})", outcome.attempts.size()) : "";
    const bool bad = is_bad(attempt.ending);
    const std::string how = bad ? ": " + how_it_ended(attempt) : "";
    line(upper(retries ? name(attempt.ending) : name(outcome.status)), attempt.length,
         outcome.suite->name + tried + how);
    if (attempt.left_behind)
        says(fmt::format("    it left {} process{} behind, now ended", attempt.left_behind,
                         attempt.left_behind == 1 ? "" : "es"));
    if (bad) {
        const std::string report = evidence_.report(attempt, style_);
        session::write_stderr(report);
        const std::string log = report.empty() ? evidence_.last_lines(attempt, shown_lines) : "";
        if (!log.empty())
            session::write_stderr(indented(log));
        if (!attempt.recording.empty())
            says(fmt::format("    recording: {}", attempt.recording));
        if (!attempt.log.empty())
            says(fmt::format("    output: {}", attempt.log));
    }
    done_ += retries ? 0 : 1;
}

void Progress::skipped(const Outcome &outcome) {
    line("SKIPPED", {}, fmt::format("{}: {}", outcome.suite->name, outcome.why));
    ++done_;
}

void Progress::end(const Results &results) {
    clear();
    for (const Outcome &outcome : results.outcomes)
        if (outcome.status != Status::pass && !outcome.attempts.empty() && outcome.status != Status::skipped)
            line(upper(name(outcome.status)), outcome.length(),
                 fmt::format("{}: {}", outcome.suite->name, how_it_ended(outcome.attempts.front())));
    for (const Hits &hits : hits_of(results.known, results.outcomes))
        says(fmt::format("known wedge '{}' ({}): hit in {} of {}{}", hits.wedge->name,
                         hits.wedge->fingerprint, hits.hits, counted(hits.attempts, "attempt"),
                         hits.wedge->note.empty() ? "" : "; " + hits.wedge->note));
    line(exit_status(results) == 0 ? "PASS" : "FAIL", results.length, counts_text(results));
}

} // namespace unwedge::gate
