// SPDX-License-Identifier: GPL-2.0-only
#include "formats/html/head.h"

#include "report/outside.h"
#include "report/provoked_text.h"
#include "report/shell.h"
#include "report/text.h"
#include "util/units.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace unwedge::formats::html {

namespace {

using recording::Meta;

/// UTC, to the second: what follows tells times from here on.
std::string clock_text(Nanos since_1970) {
    return fmt::format("{:%F %T}", fmt::gmtime(static_cast<std::time_t>(since_1970.count() / 1'000'000'000)));
}

std::string outcome_of(const report::Command &command, bool closed) {
    if (command.timed_out)
        return "timed out";
    if (command.exit_signal)
        return fmt::format("killed by {}", signal_text(*command.exit_signal));
    if (command.exit_code)
        return fmt::format("exited with {}", *command.exit_code);
    return closed ? "still ran when the recording ended" : "its end was not recorded";
}

std::string hooks_text(const Meta &meta) {
    std::string text;
    for (const auto &[hook, mechanism] : meta.hooks)
        text += fmt::format("{}{} {}", text.empty() ? "" : ", ", hook, mechanism);
    return text.empty() ? "none" : text;
}

std::string seen_text(const Digest &digest) {
    const auto records = [&] {
        std::size_t count = 0;
        for (const auto &[pid, history] : digest.recording.flight)
            count += history.records.size();
        return count;
    };
    return fmt::format("{}, {}, {}, {}, {}", counted(digest.known.actors.size(), "actor"),
                       counted(digest.channels.size(), "channel"),
                       counted(digest.recording.looks.size(), "look"),
                       counted(digest.recording.events.size(), "event"), counted(records(), "record"));
}

struct Fact {
    std::string_view term;
    std::string value;
    std::string details; ///< "" for none
    bool wide = false;   ///< two columns
    bool typed = false;  ///< the value is what one types
};

std::string fact_html(const Fact &fact) {
    const char *tag = fact.typed ? "code" : "span";
    return fmt::format("<div{}><dt>{}</dt><dd><{}>{}</{}>{}</dd></div>\n", fact.wide ? " class=\"wide\"" : "",
                       fact.term, tag, html_text(fact.value), tag,
                       fact.details.empty() ? "" : fmt::format("<small>{}</small>", html_text(fact.details)));
}

std::string warning(std::string_view strong, std::string_view text) {
    return fmt::format("<p class=\"warning\"><strong>{}</strong> {}</p>\n", strong, html_text(text));
}

bool has_losses(const facts::Snapshot &snapshot) {
    return !report::losses_text(snapshot).empty();
}

Fact command_fact(const Meta &meta) {
    if (!meta.command)
        return {
            .term = "Command", .value = "none", .details = "a running tree was attached to", .wide = true};
    return {.term = "Command",
            .value = report::shell_text(meta.command->argv),
            .details = outcome_of(*meta.command, meta.end.has_value()),
            .wide = true,
            .typed = true};
}

Fact sight_fact(const Meta &meta) {
    if (meta.tier == "procfs")
        return {.term = "Seen by", .value = "/proc, without BPF", .details = "no hooks", .wide = true};
    return {.term = "Seen by",
            .value = fmt::format("BPF, level {}", meta.level.value_or("not known")),
            .details = hooks_text(meta),
            .wide = true};
}

Fact losses_fact(const Digest &digest) {
    if (digest.recording.looks.empty())
        return {.term = "Lost", .value = "not known", .details = "losses are counted at looks"};
    return {.term = "Lost",
            .value =
                has_losses(digest.last.snapshot) ? report::losses_text(digest.last.snapshot) : "nothing"};
}

Fact outside_fact(const Digest &digest) {
    if (digest.recording.looks.empty())
        return {.term = "Outside", .value = "not known", .details = "connections are seen at looks"};
    const facts::Snapshot &snapshot = digest.last.snapshot;
    return {.term = "Outside",
            .value = report::outside_text(snapshot, report::outside_of(snapshot, digest.last.diagnosis)),
            .wide = true};
}

} // namespace

Headline headline_of(const Digest &digest) {
    if (digest.recording.looks.empty())
        return digest.recording.meta.end
                   ? Headline{"fine", "nothing suspected", "nothing was suspected while this was recorded"}
                   : Headline{"unknown", "no verdict",
                              "the recording was cut off before anything was suspected"};
    const std::string sentence = report::summary(digest.last);
    if (!digest.cast.culprits.empty())
        return {"wedged", "wedged", sentence};
    if (!digest.cast.suspects.empty())
        return {"doubt", "inconclusive", sentence};
    if (!digest.cast.past.empty())
        return {"past", "no longer wedged", sentence};
    return {"fine", "not wedged", sentence};
}

std::string facts_html(const Digest &digest) {
    const Meta &meta = digest.recording.meta;
    const std::vector<Fact> facts{
        command_fact(meta),
        {.term = "Watched",
         .value = duration_text(digest.until - meta.begin),
         .details = fmt::format("from {} UTC", clock_text(meta.begin_unix))},
        {.term = "Host", .value = meta.host, .details = fmt::format("Linux {}", meta.kernel)},
        sight_fact(meta),
        {.term = "Recording",
         .value = meta.end ? "complete" : "cut off",
         .details = fmt::format("{}; by unwedge {}", seen_text(digest), meta.version)},
        losses_fact(digest),
        outside_fact(digest)};
    std::string html = "<dl class=\"facts\">\n";
    for (const Fact &fact : facts)
        html += fact_html(fact);
    return html + "</dl>\n";
}

std::string warnings_html(const Digest &digest) {
    std::string html;
    if (!digest.recording.meta.end)
        html +=
            warning("The recording was cut off:", "unwedge did not get to close it, so the last moments may "
                                                  "be missing, and what is told is as of the last look");
    if (const std::optional<report::Provoked> &provoked = digest.recording.meta.provoked)
        html += warning("Provoked:", report::provoked_text(*provoked));
    if (has_losses(digest.last.snapshot))
        html += warning("Lost:", report::losses_text(digest.last.snapshot) +
                                     "; what was missed could explain a stall, so a verdict about that time "
                                     "is inconclusive");
    for (const std::string &hidden : digest.last.snapshot.hidden)
        html += warning("Could not be seen:", hidden + "; verdicts that need it are inconclusive");
    return html;
}

} // namespace unwedge::formats::html
