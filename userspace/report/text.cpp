// SPDX-License-Identifier: GPL-2.0-only
#include "report/text.h"

#include "report/body.h"
#include "report/cast.h"
#include "report/channels.h"
#include "report/page.h"
#include "report/provoked_text.h"
#include "report/shell.h"
#include "report/trees_text.h"
#include "util/units.h"

#include <fmt/format.h>

#include <algorithm>

namespace unwedge::report {

namespace {

void print_first_line(Page &page, const Context &context, const Cast &cast) {
    Line line("unwedge: ", Tone::strong);
    if (context.trees)
        return page.prose(Line(), line.add(trees_summary(*context.trees), Tone::strong));
    if (!cast.culprits.empty())
        line.add("wedged: ", Tone::culprit);
    page.prose(Line(), line.add(summary(context), Tone::strong));
}

void print_losses(Page &page, const Context &context) {
    const std::string lost = losses_text(context.snapshot);
    if (lost.empty())
        return;
    page.blank();
    page.prose(Line("lost: ", Tone::strong),
               Line(lost).add(
                   "; what was missed could explain a stall, so a verdict about that time is inconclusive"));
}

void print_hidden(Page &page, const Context &context) {
    std::vector<Line> items;
    items.reserve(context.snapshot.hidden.size());
    for (const std::string &what : context.snapshot.hidden)
        items.emplace_back(what);
    print_list(page, "could not be seen; verdicts that need it are inconclusive", items);
}

std::string command_status(const Command &command) {
    if (command.timed_out)
        return "timed out";
    if (command.exit_signal)
        return fmt::format("killed by {}", signal_text(*command.exit_signal));
    return command.exit_code ? fmt::format("exited with {}", *command.exit_code) : "still runs";
}

/// Where and how this was seen: what a reader of a pasted report asks first.
void print_provenance(Page &page, const Context &context) {
    page.blank();
    if (context.command)
        page.row(Line(fmt::format("command {}: ", command_status(*context.command)), Tone::dim)
                     .add(shell_text(context.command->argv), Tone::dim));
    if (context.provoked)
        page.prose(Line("provoked: ", Tone::dim), Line(provoked_text(*context.provoked), Tone::dim));
    const auto living = std::count_if(context.snapshot.actors.begin(), context.snapshot.actors.end(),
                                      [](const auto &entry) { return !entry.second.exited; });
    page.prose(
        Line("seen: ", Tone::dim),
        Line(fmt::format("{} and {} by {}{}{} on {}, Linux {}, {}",
                         counted(static_cast<std::size_t>(living), "actor"),
                         counted(channels_of(context.snapshot).size(), "channel"), context.tier,
                         context.level ? fmt::format(" (level {})", *context.level) : "",
                         context.watched ? fmt::format(" for {}", duration_text(*context.watched)) : "",
                         context.host, context.kernel, context.at),
             Tone::dim));
}

} // namespace

std::string to_text(const Context &context, const Style &style) {
    const Cast cast(context.diagnosis);
    Page page(style);
    print_first_line(page, context, cast);
    page.blank();
    if (context.trees)
        print_trees(page, context, *context.trees);
    else
        print_body(page, context, context, cast);
    print_losses(page, context);
    print_hidden(page, context);
    print_provenance(page, context);
    return page.take();
}

std::string provoked_text(const Provoked &provoked) {
    return fmt::format("unwedge itself made load or held actors up (--provoke {}); --seed {} repeats it",
                       shell_text({provoked.spec}), provoked.seed);
}

std::string losses_text(const facts::Snapshot &snapshot) {
    std::string lost;
    for (const auto &[counter, count] : snapshot.losses)
        if (count > 0)
            lost += fmt::format("{}{} {}", lost.empty() ? "" : ", ", counter, count);
    if (!lost.empty() && snapshot.last_loss)
        lost += fmt::format(", last {} ago", duration_text(snapshot.at - *snapshot.last_loss));
    return lost;
}

std::string status_text(std::string_view text, const Style &style) {
    Page page(style);
    page.prose(Line("unwedge: "), Line(text));
    return page.take();
}

} // namespace unwedge::report
