// SPDX-License-Identifier: GPL-2.0-only
#include "formats/plain/github.h"

#include "formats/plain/outcome.h"
#include "formats/plain/sheet.h"
#include "report/cast.h"
#include "report/hints.h"
#include "report/outside.h"
#include "report/phrases.h"
#include "report/text.h"
#include "report/victims.h"
#include "util/screen_text.h"
#include "util/units.h"

#include <fmt/format.h>

#include <algorithm>

namespace unwedge::formats {
namespace {

using diagnosis::Verdict;
using report::Cast;
using report::Context;

/// Less than the 1 MiB of which GitHub would drop all.
constexpr std::size_t most_bytes = 1'000'000;
constexpr std::size_t most_accused = 10;
constexpr std::size_t most_of_each = 10;
constexpr std::size_t most_lines = 100; ///< of the output

/// Culprits, then suspects; of many, those that matter most.
Cast::Verdicts accused(const Cast &cast) {
    Cast::Verdicts all = cast.culprits;
    all.insert(all.end(), cast.suspects.begin(), cast.suspects.end());
    all.resize(std::min(all.size(), most_accused));
    return all;
}

std::string deed_of(const Context &context, const Verdict &verdict) {
    return verdict.confidence == diagnosis::Confidence::inconclusive ? report::alleged_deed(verdict)
                                                                     : report::deed(context, verdict);
}

std::string culprit_table(const Context &context, const Cast &cast) {
    const Cast::Verdicts shown = accused(cast);
    if (shown.empty())
        return "";
    Sheet::Rows rows{{"who", "what", "confidence", "left unread", "who waits", "fingerprint"}};
    for (const Verdict *verdict : shown)
        rows.push_back({sheet_text(report::who(context.snapshot, verdict->pid)),
                        sheet_text(deed_of(context, *verdict)), std::string(name(verdict->confidence)),
                        sheet_text(report::unread_text(context, *verdict)),
                        sheet_text(report::waiting_text(context.snapshot, cast.victims_of(verdict->pid))),
                        sheet_code(verdict->fingerprint)});
    const std::size_t left = cast.culprits.size() + cast.suspects.size() - shown.size();
    return Sheet::table(rows) + (left ? fmt::format("<p>… and {} more like these</p>\n", left) : "");
}

/// The first of them, and how many more there are.
std::vector<std::string> shortened(std::vector<std::string> items) {
    if (items.size() > most_of_each) {
        const std::size_t more = items.size() - most_of_each;
        items.resize(most_of_each);
        items.push_back(fmt::format("… and {} more", more));
    }
    return items;
}

std::string wait_list(const Context &context, const Cast &cast) {
    std::vector<std::string> items;
    for (const report::Line &line : report::victim_lines(context, cast, cast.victims))
        items.push_back(sheet_text(line));
    return Sheet::list(shortened(std::move(items)));
}

std::vector<std::string> evidence_items(const Verdict &verdict) {
    std::vector<std::string> items;
    items.reserve(verdict.evidence.size());
    for (const diagnosis::Evidence &evidence : verdict.evidence)
        items.push_back(fmt::format("{} {}", sheet_text(evidence.fact), sheet_code(evidence.source)));
    return items;
}

std::vector<std::string> hint_items(const Context &context, const Verdict &verdict) {
    std::vector<std::string> items;
    for (const report::Hint &hint : report::hints_for(context, verdict))
        items.push_back(hint.command.empty()
                            ? sheet_text(hint.text)
                            : fmt::format("{} {}", sheet_text(hint.text), sheet_code(hint.command)));
    return items;
}

/// A list for each of the accused, under its name where there are several.
template <typename Items>
std::string lists(const Context &context, const Cast &cast, const Items &items_of) {
    const Cast::Verdicts all = accused(cast);
    std::string html;
    for (const Verdict *verdict : all) {
        const std::string list = Sheet::list(shortened(items_of(*verdict)));
        if (list.empty())
            continue;
        if (all.size() > 1)
            html += fmt::format("<p>{}:</p>\n", sheet_text(report::who(context.snapshot, verdict->pid)));
        html += list;
    }
    return html;
}

std::string past_list(const Context &context, const Cast &cast) {
    std::vector<std::string> items;
    for (const Verdict *verdict : cast.past)
        items.push_back(sheet_text(fmt::format("{} {}, {}", report::who(context.snapshot, verdict->pid),
                                               report::past_deed(*verdict),
                                               report::outcome_text(context.snapshot, *verdict))));
    return Sheet::list(shortened(std::move(items)));
}

std::string unseen_list(const recording::Recording &recording, const Context &last) {
    std::vector<std::string> items;
    if (!recording.meta.end)
        items.push_back(cut_off_text());
    if (const std::string lost = report::losses_text(last.snapshot); !lost.empty())
        items.push_back(fmt::format(
            "{}; what was missed could explain a stall, so a verdict about that time is inconclusive",
            sheet_text(lost)));
    for (const std::string &what : last.snapshot.hidden)
        items.push_back(sheet_text(what));
    return Sheet::list(shortened(std::move(items)));
}

std::string provenance(const recording::Recording &recording, const Context &last) {
    return fmt::format("{}, watched for {} on {}, Linux {}, by unwedge {}",
                       sheet_code(subject_of(recording, last)), duration_text(recorded_length(recording)),
                       sheet_text(last.host), sheet_text(last.kernel), sheet_text(recording.meta.version));
}

/// No more of it than one reads there.
std::string last_lines(const recording::Output &output) {
    std::string text = screen_text(output.text);
    std::size_t begin = text.size();
    for (std::size_t lines = 0; begin > 0 && lines <= most_lines; ++lines) {
        const std::size_t newline = text.rfind('\n', begin - 1);
        begin = newline == std::string::npos ? 0 : newline;
    }
    return text.substr(begin == 0 ? 0 : begin + 1);
}

} // namespace

std::string to_github_summary(const recording::Recording &recording) {
    const Context last = recording.last();
    const Cast cast(last.diagnosis);
    const Outcome outcome = outcome_of(recording, last);
    Sheet sheet(most_bytes);
    sheet.title(fmt::format("unwedge: {}", outcome.what));
    sheet.paragraph(fmt::format("<b>{}</b>", sheet_text(outcome.message)));
    sheet.paragraph(provenance(recording, last));
    if (!recording.looks.empty())
        sheet.paragraph(sheet_text(
            report::outside_text(last.snapshot, report::outside_of(last.snapshot, last.diagnosis))));
    sheet.section(cast.culprits.empty() ? "Suspects" : "Culprits", culprit_table(last, cast));
    sheet.section("Who waits on whom", wait_list(last, cast));
    sheet.section("Evidence", lists(last, cast, evidence_items));
    sheet.section("What to do next",
                  lists(last, cast, [&](const Verdict &verdict) { return hint_items(last, verdict); }));
    sheet.section("No longer wedged", past_list(last, cast));
    sheet.section("What was not seen", unseen_list(recording, last));
    if (!recording.looks.empty())
        sheet.folded("The whole report", report::to_text(last, {}));
    for (const recording::Output &output : recording.output)
        sheet.folded(fmt::format("The last of its {}", recording::name_of(output.stream)),
                     last_lines(output));
    return sheet.take();
}

} // namespace unwedge::formats
