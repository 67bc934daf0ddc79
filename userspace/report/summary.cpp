// SPDX-License-Identifier: GPL-2.0-only
#include "report/cast.h"
#include "report/phrases.h"
#include "report/text.h"

#include <fmt/format.h>

namespace unwedge::report {

namespace {

using diagnosis::Verdict;

std::string named(const Context &context, const Verdict &verdict, const std::string &what) {
    std::string text = fmt::format("{} {}", who(context.snapshot, verdict.pid), what);
    if (const std::string unread = unread_text(context, verdict); !unread.empty())
        text += ": " + unread;
    return text;
}

std::string more(std::size_t count, std::string_view noun) {
    return count ? fmt::format("; {} more {}{}", count, noun, count == 1 ? "" : "s") : "";
}

std::string wedge_summary(const Context &context, const Cast &cast) {
    const Verdict &worst = *cast.culprits.front();
    std::string text = named(context, worst, deed(context, worst));
    if (const std::string waiting = waiting_text(context.snapshot, cast.victims_of(worst.pid));
        !waiting.empty())
        text += "; " + waiting;
    return text + more(cast.culprits.size() - 1, "culprit");
}

std::string suspect_summary(const Context &context, const Cast &cast) {
    const Verdict &first = *cast.suspects.front();
    return "inconclusive: " + named(context, first, alleged_deed(first)) +
           more(cast.suspects.size() - 1, "suspect");
}

std::string past_summary(const Context &context, const Cast &cast) {
    const Verdict &first = *cast.past.front();
    return fmt::format("nothing is wedged; {} {}, {}{}", who(context.snapshot, first.pid), past_deed(first),
                       outcome_text(context.snapshot, first), more(cast.past.size() - 1, "stall"));
}

std::string summary_of(const Context &context) {
    const Cast cast(context.diagnosis);
    if (!cast.culprits.empty())
        return wedge_summary(context, cast);
    if (!cast.suspects.empty())
        return suspect_summary(context, cast);
    if (!cast.past.empty())
        return past_summary(context, cast);
    const facts::Snapshot &seen = context.snapshot;
    return seen.hidden.empty() && seen.losses.empty() ? "nothing is wedged"
                                                      : "nothing is wedged, as far as can be seen";
}

} // namespace

std::string summary(const Context &context) {
    return printable(summary_of(context));
}

} // namespace unwedge::report
