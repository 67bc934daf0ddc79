// SPDX-License-Identifier: GPL-2.0-only
#include "formats/plain/github.h"

#include "formats/plain/outcome.h"
#include "formats/plain/workflow_command.h"
#include "report/cast.h"
#include "report/culprit.h"
#include "report/phrases.h"

#include <fmt/format.h>

#include <algorithm>

namespace unwedge::formats {
namespace {

using diagnosis::Verdict;
using report::Cast;
using report::Context;

/// GitHub shows so many of each level that a step prints.
constexpr std::size_t most_annotations = 10;

std::string titled(const Context &context, const Verdict &verdict, const std::string &deed) {
    return fmt::format("unwedge: {} {}", report::who(context.snapshot, verdict.pid), deed);
}

/// The report's block about it.
std::string block_text(const Context &context, const Cast &cast, const Verdict &verdict) {
    report::Page page({});
    report::print_culprit(page, context, cast, verdict);
    const std::string text = page.take();
    const std::size_t first = text.find_first_not_of('\n');
    return text.substr(first, text.find_last_not_of('\n') - first + 1);
}

/// `annotate` each, as far as they are shown.
template <typename Annotate>
std::string annotations(std::string_view level, const Cast::Verdicts &verdicts, const Annotate &annotate) {
    std::string text;
    const std::size_t shown = verdicts.size() > most_annotations ? most_annotations - 1 : verdicts.size();
    for (std::size_t i = 0; i < shown; ++i)
        text += annotate(*verdicts[i]);
    if (shown < verdicts.size())
        text += workflow_command(level, "unwedge",
                                 fmt::format("… and {} more like these", verdicts.size() - shown));
    return text;
}

/// Of an end that no culprit explains.
std::string end_annotation(const recording::Recording &recording, const Context &last) {
    const Outcome outcome = outcome_of(recording, last);
    if (outcome.type == "wedge")
        return recording.meta.end ? "" : workflow_command("warning", "unwedge: cut off", cut_off_text());
    if (outcome.kind == Outcome::Kind::passed)
        return "";
    return workflow_command("error", fmt::format("unwedge: {}", outcome.what),
                            fmt::format("{}: {}", subject_of(recording, last), outcome.message));
}

} // namespace

std::string to_github_annotations(const recording::Recording &recording) {
    const Context last = recording.last();
    const Cast cast(last.diagnosis);
    std::string text = annotations("error", cast.culprits, [&](const Verdict &verdict) {
        return workflow_command("error", titled(last, verdict, report::deed(last, verdict)),
                                block_text(last, cast, verdict));
    });
    text += end_annotation(recording, last);
    text += annotations("warning", cast.suspects, [&](const Verdict &verdict) {
        return workflow_command("warning", titled(last, verdict, report::alleged_deed(verdict)),
                                block_text(last, cast, verdict));
    });
    text += annotations("notice", cast.past, [&](const Verdict &verdict) {
        return workflow_command("notice", titled(last, verdict, report::past_deed(verdict)),
                                report::outcome_text(last.snapshot, verdict));
    });
    return text;
}

} // namespace unwedge::formats
