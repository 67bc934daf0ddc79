// SPDX-License-Identifier: GPL-2.0-only
#include "report/text.h"

#include "report/body.h"
#include "report/cast.h"
#include "report/channels.h"
#include "report/culprit.h"
#include "report/ends_text.h"
#include "report/page.h"
#include "report/phrases.h"
#include "report/shell.h"
#include "report/tree.h"
#include "report/trees_text.h"
#include "report/victims.h"
#include "util/units.h"

#include <fmt/format.h>

#include <algorithm>

namespace unwedge::report {

namespace {

constexpr std::size_t most_blocks = 4;
constexpr std::size_t most_items = 8;

} // namespace

void print_list(Page &page, std::string_view heading, const std::vector<Line> &items) {
    if (items.empty())
        return;
    page.heading(heading);
    for (std::size_t i = 0; i < std::min(items.size(), most_items); ++i)
        page.prose(Line("  - "), items[i]);
    if (items.size() > most_items)
        page.row(Line(fmt::format("  … and {} more", items.size() - most_items)));
}

namespace {

void print_first_line(Page &page, const Context &context, const Cast &cast) {
    Line line("unwedge: ", Tone::strong);
    if (context.trees)
        return page.prose(Line(), line.add(trees_summary(*context.trees), Tone::strong));
    if (!cast.culprits.empty())
        line.add("wedged: ", Tone::culprit);
    page.prose(Line(), line.add(summary(context), Tone::strong));
}

void print_blocks(Page &page, const Context &context, const Cast &cast) {
    Cast::Verdicts blocks = cast.culprits;
    blocks.insert(blocks.end(), cast.suspects.begin(), cast.suspects.end());
    for (std::size_t i = 0; i < std::min(blocks.size(), most_blocks); ++i)
        print_culprit(page, context, cast, *blocks[i]);
    if (blocks.size() > most_blocks) {
        page.blank();
        page.row(Line(fmt::format("… and {} more like these", blocks.size() - most_blocks)));
    }
}

/// Victims whose final blocker got no block of its own.
void print_other_victims(Page &page, const Context &context, const Cast &cast) {
    Cast::Verdicts others;
    for (const diagnosis::Verdict *victim : cast.victims)
        if (!victim->final_blocker ||
            (!cast.culprit(*victim->final_blocker) && !cast.suspect(*victim->final_blocker)))
            others.push_back(victim);
    print_list(page, "waiting", victim_lines(context, cast, others));
}

void print_past(Page &page, const Context &context, const Cast &cast) {
    std::vector<Line> items;
    for (const diagnosis::Verdict *verdict : cast.past)
        items.emplace_back(fmt::format("{} {}, {}", who(context.snapshot, verdict->pid), past_deed(*verdict),
                                       outcome_text(context.snapshot, *verdict)));
    print_list(page, "no longer wedged", items);
}

void print_notes(Page &page, const Context &context) {
    std::vector<Line> items;
    items.reserve(context.diagnosis.notes.size());
    for (const diagnosis::Note &note : context.diagnosis.notes)
        items.push_back(note.pid ? Line(who(context.snapshot, *note.pid)).add(": ").add(note.text)
                                 : Line(note.text));
    for (const facts::Listener &listener : context.snapshot.listeners)
        if (listener.queued > 0)
            items.emplace_back(fmt::format("listener {}: {} of at most {} connections wait to be accepted",
                                           listener.address, listener.queued, listener.limit));
    print_list(page, "notes: worth a look, but no wedge", items);
}

Line connection_line(const facts::Snapshot &snapshot, const Channel &channel) {
    const facts::End &end = *channel.ends.front();
    Line line(fmt::format("{}: {} → {}", holders_text(snapshot, &end), address_text(end.address),
                          address_text(end.remote_address)));
    if (end.unread)
        line.add(fmt::format(", {} unread", bytes_text(*end.unread)));
    return end.state.empty() ? line : line.add(", " + end.state);
}

void print_network(Page &page, const Context &context) {
    std::vector<Line> items;
    for (const Channel &channel : channels_of(context.snapshot))
        if (channel.leaves_host())
            items.push_back(connection_line(context.snapshot, channel));
    const std::string heading = "connections that leave this host";
    if (!items.empty())
        return print_list(page, fmt::format("{}: {}", heading, items.size()), items);
    page.blank();
    const char *none = context.diagnosis.wedged() ? "none — do not blame the network" : "none";
    page.prose(Line(), Line(heading + ": ", Tone::strong).add(none));
}

/// Held by somebody though the other side has closed: what an unclean teardown leaves (CLOSE-WAIT).
bool is_leftover(const facts::End &end, const std::map<facts::EndId, Holders> &holders) {
    return end.peer_closed && holders.contains(end.id) && !holders.contains(end.peer);
}

void print_leftovers(Page &page, const Context &context, const Context &whole) {
    const std::map<facts::EndId, Holders> holders = holders_by_end(whole.snapshot);
    std::vector<Line> items;
    for (const auto &[id, end] : context.snapshot.ends) {
        if (!is_leftover(end, holders))
            continue;
        Line line(fmt::format("{}: {} → {}", holders_text(context.snapshot, &end), address_text(end.address),
                              address_text(end.remote_address)));
        if (end.state == "CLOSE_WAIT")
            line.add(", CLOSE-WAIT");
        if (end.closed_since)
            line.add(fmt::format(", for {}", duration_text(context.snapshot.at - *end.closed_since)));
        if (end.eof_read == false)
            line.add(", end of file unread");
        items.push_back(std::move(line));
    }
    print_list(page, fmt::format("connections that the other side has closed, still held: {}", items.size()),
               items);
}

void print_losses(Page &page, const Context &context) {
    std::string lost;
    for (const auto &[counter, count] : context.snapshot.losses)
        if (count > 0)
            lost += fmt::format("{}{} {}", lost.empty() ? "" : ", ", counter, count);
    if (lost.empty())
        return;
    if (context.snapshot.last_loss)
        lost +=
            fmt::format(", last {} ago", duration_text(context.snapshot.at - *context.snapshot.last_loss));
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

void print_body(Page &page, const Context &part, const Context &whole, const Cast &cast) {
    print_tree(page, part, cast);
    print_blocks(page, whole, cast);
    print_other_victims(page, part, cast);
    print_past(page, part, cast);
    print_notes(page, part);
    print_network(page, part);
    print_leftovers(page, part, whole);
}

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

std::string status_text(std::string_view text, const Style &style) {
    Page page(style);
    page.prose(Line("unwedge: "), Line(text));
    return page.take();
}

} // namespace unwedge::report
