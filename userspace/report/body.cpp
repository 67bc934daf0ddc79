// SPDX-License-Identifier: GPL-2.0-only
#include "report/body.h"

#include "report/channels.h"
#include "report/culprit.h"
#include "report/ends_text.h"
#include "report/outside.h"
#include "report/phrases.h"
#include "report/tree.h"
#include "report/victims.h"
#include "util/units.h"

#include <fmt/format.h>

#include <algorithm>

namespace unwedge::report {

namespace {

constexpr std::size_t most_blocks = 4;
constexpr std::size_t most_items = 8;

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

/// Who holds the end, and the addresses of both.
Line connection_line(const facts::Snapshot &snapshot, const facts::End &end) {
    return Line(fmt::format("{}: {} → {}", holders_text(snapshot, &end), address_text(end.address),
                            address_text(end.remote_address)));
}

Line network_line(const facts::Snapshot &snapshot, const facts::End &end) {
    Line line = connection_line(snapshot, end);
    if (end.unread)
        line.add(fmt::format(", {} unread", bytes_text(*end.unread)));
    return end.state.empty() ? line : line.add(", " + end.state);
}

Line leftover_line(const facts::Snapshot &snapshot, const facts::End &end) {
    Line line = connection_line(snapshot, end);
    if (end.state == "CLOSE_WAIT")
        line.add(", CLOSE-WAIT");
    if (end.closed_since)
        line.add(fmt::format(", for {}", duration_text(snapshot.at - *end.closed_since)));
    if (end.eof_read == false)
        line.add(", end of file unread");
    return line;
}

void print_network(Page &page, const Context &context) {
    std::vector<Line> items;
    for (const Channel &channel : channels_of(context.snapshot))
        if (channel.leaves_host())
            items.push_back(network_line(context.snapshot, *channel.ends.front()));
    print_list(page, fmt::format("connections that leave this host: {}", items.size()), items);
}

void print_outside(Page &page, const Context &context) {
    page.blank();
    page.prose(Line(), Line(outside_text(context.snapshot, outside_of(context.snapshot, context.diagnosis))));
}

/// Held by somebody though the other side has closed: what an unclean teardown leaves (CLOSE-WAIT).
bool is_leftover(const facts::End &end, const std::map<facts::EndId, Holders> &holders) {
    return end.peer_closed && holders.contains(end.id) && !holders.contains(end.peer);
}

void print_leftovers(Page &page, const Context &context, const Context &whole) {
    const std::map<facts::EndId, Holders> holders = holders_by_end(whole.snapshot);
    std::vector<Line> items;
    for (const auto &[id, end] : context.snapshot.ends)
        if (is_leftover(end, holders))
            items.push_back(leftover_line(context.snapshot, end));
    print_list(page, fmt::format("connections that the other side has closed, still held: {}", items.size()),
               items);
}

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

void print_body(Page &page, const Context &part, const Context &whole, const Cast &cast) {
    print_tree(page, part, cast);
    print_blocks(page, whole, cast);
    print_other_victims(page, part, cast);
    print_past(page, part, cast);
    print_notes(page, part);
    print_outside(page, part);
    print_network(page, part);
    print_leftovers(page, part, whole);
}

} // namespace unwedge::report
