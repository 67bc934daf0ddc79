// SPDX-License-Identifier: GPL-2.0-only
#include "gate/flake_report.h"
#include "util/printable.h"
#include "util/units.h"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace unwedge::gate {
namespace {

constexpr std::size_t most_numbers = 12;

/// "25 % (8.7 % to 49 %)": two digits that count.
std::string percent(double part) {
    return part >= 0.0995 || part == 0 ? fmt::format("{:.0f} %", part * 100)
                                       : fmt::format("{:.2g} %", part * 100);
}

std::string share_text(const Share &share) {
    const Interval interval = exact_interval(share);
    return fmt::format("{:>3} of {:<3}  {:>6}  ({} to {})", share.hits, share.runs, percent(share.rate()),
                       percent(interval.low), percent(interval.high));
}

std::string rates_text(const std::vector<PastRun> &runs, std::string_view whose) {
    const Counts counts = count(runs);
    return fmt::format("{}fails or hangs  {}\n{}hangs           {}\n", whose, share_text(counts.bad()), whose,
                       share_text(counts.hangs()));
}

std::string both_rates_text(const FlakeReport &report) {
    const std::vector<PastRun> plain = of_side(report.runs, 0);
    const std::vector<PastRun> provoked = of_side(report.runs, 1);
    const double p = p_more(count(plain).bad(), count(provoked).bad());
    return rates_text(plain, "  plain     ") + rates_text(provoked, "  provoked  ") +
           fmt::format(
               "  that provoking makes it likelier is {} (Fisher's exact test, one-sided: p = {:.2g})\n",
               proves(p, 1 - confidence) ? "shown" : "not shown", p);
}

std::string lengths_text(const std::vector<PastRun> &runs) {
    std::string text;
    for (const auto &[ending, word] : {std::pair(Ending::passed, "passed"),
                                       std::pair(Ending::failed, "failed"), std::pair(Ending::hung, "hung")})
        if (const Lengths lengths = lengths_of(runs, ending); lengths.count > 0)
            text += fmt::format("  {:<6}  {} to {}, median {}\n", word, duration_text(lengths.least),
                                duration_text(lengths.most), duration_text(lengths.median));
    return text;
}

std::string numbers_text(const std::vector<std::size_t> &numbers) {
    const bool all = numbers.size() <= most_numbers;
    const auto end = all ? numbers.end() : numbers.begin() + most_numbers;
    return fmt::format("{} {}{}", numbers.size() == 1 ? "run" : "runs", fmt::join(numbers.begin(), end, ", "),
                       all ? "" : fmt::format(" and {} more", numbers.size() - most_numbers));
}

std::string hangs_text(const FlakeReport &report) {
    std::string text;
    for (const MetHang &hang : hangs_of(report.runs))
        text += fmt::format("  {:>3} × {}: {}\n", hang.numbers.size(),
                            hang.culprit ? culprit_text(*hang.culprit, report.known) : "no culprit found",
                            numbers_text(hang.numbers));
    return text;
}

std::string heading(const FlakeReport &report, const Counts &counts) {
    std::string text = fmt::format("{} in {}: {} passed, {} failed, {} hung", counted(counts.runs(), "run"),
                                   duration_text(report.length), counts.passed, counts.failed, counts.hung);
    if (counts.broken > 0)
        text += fmt::format("; {} more could not be run", counts.broken);
    if (report.interrupted)
        text += "; interrupted";
    return text + "\n";
}

/// Where to read on, for one run of those that did not pass: a hang rather than a failure.
std::string more_text(const std::vector<PastRun> &runs) {
    for (const Ending ending : {Ending::hung, Ending::failed})
        for (const PastRun &run : runs) {
            if (run.attempt.ending != ending)
                continue;
            const std::string report = run.attempt.recording.empty()
                                           ? ""
                                           : "unwedge report " + printable(run.attempt.recording) + "; ";
            return fmt::format("more      {}it printed {}\n", report, printable(run.attempt.log));
        }
    return "";
}

} // namespace

std::string to_text(const FlakeReport &report) {
    const Counts counts = count(report.runs);
    std::string text = heading(report, counts);
    if (counts.runs() == 0)
        return text;
    text += fmt::format("rates     (with the exact {:.0f} % interval)\n", confidence * 100);
    text += report.options.provoke ? both_rates_text(report) : rates_text(report.runs, "  ");
    text += "times\n" + lengths_text(report.runs);
    if (counts.hung > 0)
        text += "hangs\n" + hangs_text(report);
    return text + more_text(report.runs);
}

} // namespace unwedge::gate
