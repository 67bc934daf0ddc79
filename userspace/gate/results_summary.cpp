// SPDX-License-Identifier: GPL-2.0-only
#include "gate/results.h"

#include "formats/plain/sheet.h"
#include "util/units.h"

#include <fmt/format.h>

namespace unwedge::gate {
namespace {

using formats::Sheet;
using formats::sheet_code;
using formats::sheet_text;

/// Less than the 1 MiB of which GitHub would drop all.
constexpr std::size_t most_bytes = 1'000'000;
constexpr std::size_t lines_of_a_log = 100;

bool is_dull(const Outcome &outcome) {
    return outcome.status == Status::pass || outcome.status == Status::skipped;
}

std::string table_of(const Results &results) {
    Sheet::Rows rows{{"suite", "status", "tries", "time", "how it ended"}};
    for (const Outcome &outcome : results.outcomes)
        if (!is_dull(outcome))
            rows.push_back(
                {sheet_code(outcome.suite->name), std::string(name(outcome.status)),
                 fmt::to_string(outcome.attempts.size()), duration_text(outcome.length()),
                 outcome.attempts.empty() ? "" : sheet_text(how_it_ended(outcome.attempts.front()))});
    return rows.size() > 1 ? Sheet::table(rows) : "";
}

std::string known_list(const Results &results) {
    std::vector<std::string> items;
    for (const Hits &hits : hits_of(results.known, results.outcomes))
        items.push_back(fmt::format("{} {}: in {} of {}{}", sheet_text(hits.wedge->name),
                                    sheet_code(hits.wedge->fingerprint), hits.hits,
                                    counted(hits.attempts, "attempt"),
                                    hits.wedge->is_expired(today()) ? "; its entry has expired" : ""));
    return Sheet::list(items);
}

} // namespace

std::string to_summary(const Results &results, const Evidence &evidence) {
    Sheet sheet(most_bytes);
    sheet.title(fmt::format("unwedge gate: {}", exit_status(results) == 0 ? "passed" : "failed"));
    sheet.paragraph(
        fmt::format("<b>{}</b> in {}", sheet_text(counts_text(results)), duration_text(results.length)));
    sheet.section("What did not simply pass", table_of(results));
    sheet.section("Known wedges", known_list(results));
    for (const Outcome &outcome : results.outcomes) {
        if (is_dull(outcome) || outcome.attempts.empty())
            continue;
        const Attempt &first = outcome.attempts.front();
        if (const std::string report = evidence.report(first, {}); !report.empty())
            sheet.folded(sheet_text(outcome.suite->name) + ": the report", report);
        if (const std::string log = evidence.last_lines(first, lines_of_a_log); !log.empty())
            sheet.folded(sheet_text(outcome.suite->name) + ": the last it printed", log);
    }
    return sheet.take();
}

} // namespace unwedge::gate
