// SPDX-License-Identifier: GPL-2.0-only
#include "report/tree.h"

#include "report/sitting.h"
#include "report/tree_selection.h"
#include "util/units.h"
#include "util/utf8.h"

#include <fmt/format.h>

#include <algorithm>

namespace unwedge::report {

namespace {

using facts::Actor;

constexpr std::size_t gap = 2;
constexpr std::size_t least_detail = 24;
constexpr std::size_t least_name = 6;
constexpr std::size_t least_label = 26;

struct Row {
    std::string branches; ///< "│  └─ "
    std::string name;
    std::string pid;
    std::string mark; ///< "◀ culprit", "waits on 12"
    Tone tone = Tone::plain;
    std::string detail;
    std::string cpu;
    bool folds = false; ///< stands for the actors that are not shown
};

class Rows {
  public:
    Rows(const Context &context, const Cast &cast)
        : context_(context), cast_(cast), selection_(context, cast) {
        add_below(TreeSelection::top, "");
    }

    const std::vector<Row> &all() const { return rows_; }

  private:
    void add_below(Pid parent, const std::string &indent);
    Row actor_row(const Actor &actor) const;
    Row fold_row(const std::vector<Pid> &folded) const;

    const Context &context_;
    const Cast &cast_;
    TreeSelection selection_;
    std::vector<Row> rows_;
};

/// At the top there is no parent to draw a branch from.
std::string branch(bool at_top, bool last, bool skips) {
    if (at_top)
        return "";
    return fmt::format("{}{} ", last ? "└" : "├", skips ? "┄" : "─");
}

void Rows::add_below(Pid parent, const std::string &indent) {
    const bool at_top = parent == TreeSelection::top;
    const std::vector<Pid> children = selection_.children(parent);
    const std::vector<Pid> folded = selection_.folded(parent);
    for (const Pid pid : children) {
        const bool last = pid == children.back() && folded.empty();
        rows_.push_back(actor_row(context_.snapshot.actors.at(pid)));
        rows_.back().branches = indent + branch(at_top, last, selection_.skips_ancestors(pid));
        add_below(pid, at_top ? indent : indent + (last ? "   " : "│  "));
    }
    if (!folded.empty()) {
        rows_.push_back(fold_row(folded));
        rows_.back().branches = indent + branch(at_top, true, false);
    }
}

Row Rows::actor_row(const Actor &actor) const {
    Row row;
    row.name = name_of(actor);
    row.pid = std::to_string(actor.pid);
    row.detail = sits_in(context_, actor);
    if (actor.cpu)
        row.cpu = duration_text(*actor.cpu) + " CPU";
    const diagnosis::Verdict *victim = cast_.victim(actor.pid);
    if (cast_.culprit(actor.pid) || cast_.suspect(actor.pid)) {
        row.mark = cast_.culprit(actor.pid) ? "◀ culprit" : "◀ suspect";
        row.tone = Tone::culprit;
    } else if (victim) {
        row.mark = victim->waits_on ? fmt::format("waits on {}", *victim->waits_on) : "waits";
        row.tone = Tone::victim;
    }
    return row;
}

/// "37 parked, 2 busy", or "parked" if all are.
std::string healths_text(const diagnosis::Diagnosis &diagnosis, const std::vector<Pid> &pids) {
    std::map<diagnosis::Health, std::size_t> counts;
    for (const Pid pid : pids)
        if (const auto health = diagnosis.health.find(pid); health != diagnosis.health.end())
            ++counts[health->second];
    std::string text;
    for (const auto &[health, count] : counts) {
        const bool all = count == pids.size();
        text += all ? fmt::format(", {}", name(health)) : fmt::format(", {} {}", count, name(health));
    }
    return text;
}

Row Rows::fold_row(const std::vector<Pid> &folded) const {
    const auto waiting =
        std::count_if(folded.begin(), folded.end(), [this](Pid pid) { return cast_.victim(pid) != nullptr; });
    Row row;
    row.folds = true;
    row.name = fmt::format("… and {} more actor{}{}, {}", folded.size(), folded.size() == 1 ? "" : "s",
                           healths_text(context_.diagnosis, folded),
                           waiting ? fmt::format("{} of them waiting", waiting) : "not involved");
    return row;
}

/// Of branches deeper than there is room for, the nearest.
std::string nearest_branches(const std::string &branches, std::size_t room) {
    std::string_view rest = branches;
    while (columns(rest) > room)
        rest.remove_prefix(first_glyph(rest).bytes.size());
    return rest.size() == branches.size() ? branches : "…" + std::string(rest);
}

/// Where the columns of the tree begin. What an actor sits in comes last, so it can be as long as it is.
class Layout {
  public:
    Layout(const std::vector<Row> &rows, std::size_t width);
    Line line(const Row &row) const;

  private:
    Line label(const Row &row) const;

    std::size_t width_;
    std::size_t label_;
    std::size_t cpu_ = 0;
};

/// The label takes what it needs up to half the page; CPU time is left out where the rest gets too short.
Layout::Layout(const std::vector<Row> &rows, std::size_t width)
    : width_(width), label_(std::max(width / 2, least_label)) {
    std::size_t needs = 0;
    for (const Row &row : rows) {
        if (row.folds)
            continue;
        needs = std::max(needs, label(row).columns());
        cpu_ = std::max(cpu_, columns(row.cpu));
    }
    label_ = std::min(label_, needs);
    if (label_ + gap + cpu_ + gap + least_detail > width_)
        cpu_ = 0;
}

Line Layout::label(const Row &row) const {
    Line line("  ");
    line.add(nearest_branches(row.branches, width_ / 3), Tone::dim);
    Line tail(" " + row.pid, row.tone);
    if (!row.mark.empty())
        tail.add(" " + row.mark, row.tone);
    const std::size_t taken = line.columns() + tail.columns();
    const std::size_t room = label_ > taken + least_name ? label_ - taken : least_name;
    return line.add(Line(row.name, row.tone).cut(room)).add(tail);
}

Line Layout::line(const Row &row) const {
    if (row.folds)
        return Line("  ").add(nearest_branches(row.branches, width_ / 3), Tone::dim).add(row.name, Tone::dim);
    Line line = label(row);
    std::size_t column = std::max(line.columns(), label_) + gap;
    if (cpu_) {
        line.pad_to(column + cpu_ - columns(row.cpu)).add(row.cpu, Tone::dim);
        column += cpu_ + gap;
    }
    return line.pad_to(column).add(row.detail, Tone::dim);
}

} // namespace

void print_tree(Page &page, const Context &context, const Cast &cast) {
    const Rows rows(context, cast);
    const Layout layout(rows.all(), page.width());
    for (const Row &row : rows.all())
        page.row(layout.line(row));
}

} // namespace unwedge::report
