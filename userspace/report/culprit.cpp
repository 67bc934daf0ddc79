// SPDX-License-Identifier: GPL-2.0-only
#include "report/culprit.h"

#include "report/ends_text.h"
#include "report/hints.h"
#include "report/phrases.h"
#include "report/shell.h"
#include "report/stack_text.h"
#include "report/victims.h"
#include "util/units.h"

#include <fmt/format.h>

#include <algorithm>

namespace unwedge::report {

namespace {

using diagnosis::Confidence;
using diagnosis::Verdict;

constexpr std::size_t label_width = 12;
constexpr std::size_t most_evidence = 10;

void print_heading(Page &page, const Context &context, const Verdict &verdict) {
    const bool suspected = verdict.confidence == Confidence::inconclusive;
    Line line;
    line.add(fmt::format("{} ({}): ", suspected ? "suspect" : "culprit", name(verdict.confidence)),
             Tone::culprit);
    line.add(who(context.snapshot, verdict.pid), Tone::strong);
    line.add(" ").add(suspected ? alleged_deed(verdict) : deed(context, verdict));
    page.blank();
    page.prose(Line(), line);
}

std::vector<Line> evidence_lines(const Verdict &verdict) {
    std::vector<Line> lines;
    for (std::size_t i = 0; i < std::min(verdict.evidence.size(), most_evidence); ++i) {
        const diagnosis::Evidence &item = verdict.evidence[i];
        lines.push_back(Line(item.fact).add(fmt::format("  [{}]", item.source), Tone::dim));
    }
    if (verdict.evidence.size() > most_evidence)
        lines.emplace_back(fmt::format("… and {} more", verdict.evidence.size() - most_evidence));
    return lines;
}

void print_hints(Page &page, const std::vector<Hint> &hints) {
    for (std::size_t i = 0; i < hints.size(); ++i) {
        print_field(page, i == 0 ? "next" : "", {Line(hints[i].text)});
        if (!hints[i].command.empty())
            page.command(Line().pad_to(label_width).add("$ ", Tone::dim).add(hints[i].command, Tone::strong));
    }
}

} // namespace

void print_field(Page &page, std::string_view label, const std::vector<Line> &lines) {
    Line lead("  ");
    lead.add(label, Tone::dim).pad_to(label_width);
    for (const Line &line : lines) {
        page.prose(lead, line, 2);
        lead = Line().pad_to(label_width);
    }
}

void print_culprit(Page &page, const Context &context, const Cast &cast, const Verdict &verdict) {
    print_heading(page, context, verdict);
    const facts::Actor *actor = find_actor(context.snapshot, verdict.pid);
    if (actor && !actor->argv.empty())
        page.row(Line("  ").add("command", Tone::dim).pad_to(label_width).add(shell_text(actor->argv)));
    print_field(page, "channel", unread_lines(context, verdict));
    print_field(page, "waiting", victim_lines(context, cast, cast.victims_of(verdict.pid)));
    print_field(page, "evidence", evidence_lines(verdict));
    print_field(page, "stack", stack_lines(context, verdict));
    print_hints(page, hints_for(context, verdict));
}

} // namespace unwedge::report
