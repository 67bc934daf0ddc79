// SPDX-License-Identifier: GPL-2.0-only
#include "report/trees_text.h"

#include "report/body.h"
#include "report/cast.h"
#include "util/units.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace unwedge::report {
namespace {

constexpr std::size_t most_reports = 8;
constexpr std::size_t most_lines = 12;
constexpr std::size_t most_named = 24;
constexpr std::size_t longest_name = 20; ///< columns

std::size_t count(const std::vector<Tree> &trees, Tree::State state) {
    return static_cast<std::size_t>(std::ranges::count(trees, state, &Tree::state));
}

std::string are(std::size_t trees) {
    return trees == 1 ? "is" : "are";
}

/// "nginx 812, 5 processes"
Line tree_line(const Context &context, const Tree &tree) {
    const facts::Actor &root = context.snapshot.actors.at(tree.root);
    Line line = Line(name_of(root)).cut(longest_name);
    line.add(fmt::format(" {}", tree.root));
    if (tree.actors.size() > 1)
        line.add(fmt::format(" ({} processes)", tree.actors.size()));
    if (tree.notes > 0)
        line.add(fmt::format(" ({})", counted(tree.notes, "note")));
    return line;
}

void print_report(Page &page, const Context &context, const Tree &tree) {
    const Context part = restricted_to(tree, context);
    page.blank();
    page.prose(Line(), Line("wedged: ", Tone::culprit).add(summary(part), Tone::strong));
    page.blank();
    print_body(page, part, context, Cast(part.diagnosis));
}

/// The summary of what is listed under `heading`, which says that already.
std::string summary_under(std::string_view heading, const Context &part) {
    const std::string text = summary(part);
    const std::string prefix = fmt::format("{}: ", heading);
    return text.starts_with(prefix) ? text.substr(prefix.size()) : text;
}

/// A line for each of those trees: who it is and what is said of it.
void print_summaries(Page &page, std::string_view heading, const Context &context,
                     const std::vector<const Tree *> &trees) {
    if (trees.empty())
        return;
    page.heading(heading);
    for (std::size_t i = 0; i < std::min(trees.size(), most_lines); ++i)
        page.row(Line("  ")
                     .add(tree_line(context, *trees[i]))
                     .add(": ")
                     .add(summary_under(heading, restricted_to(*trees[i], context))));
    if (trees.size() > most_lines)
        page.row(Line(fmt::format("  … and {} more", trees.size() - most_lines)));
}

void print_names(Page &page, const Context &context, const std::vector<const Tree *> &trees) {
    if (trees.empty())
        return;
    Line names;
    for (std::size_t i = 0; i < std::min(trees.size(), most_named); ++i)
        names.add(i ? ", " : "").add(tree_line(context, *trees[i]));
    if (trees.size() > most_named)
        names.add(fmt::format(", … and {} more", trees.size() - most_named));
    page.blank();
    page.prose(Line("not wedged: ", Tone::strong), names);
}

} // namespace

std::string trees_summary(const std::vector<Tree> &trees) {
    const std::size_t wedged = count(trees, Tree::State::wedged);
    const std::size_t inconclusive = count(trees, Tree::State::inconclusive);
    const std::size_t actors =
        std::accumulate(trees.begin(), trees.end(), std::size_t{0},
                        [](std::size_t sum, const Tree &tree) { return sum + tree.actors.size(); });
    std::string text =
        wedged ? fmt::format("{} of {} {} wedged", wedged, counted(trees.size(), "tree"), are(wedged))
               : fmt::format("nothing is wedged in {}, {} process{}", counted(trees.size(), "tree"), actors,
                             actors == 1 ? "" : "es");
    if (inconclusive)
        text += fmt::format("; {} {} inconclusive", inconclusive, are(inconclusive));
    return text;
}

void print_trees(Page &page, const Context &context, const std::vector<Tree> &trees) {
    std::size_t reports = 0;
    std::vector<const Tree *> wedged;
    std::vector<const Tree *> inconclusive;
    std::vector<const Tree *> healthy;
    for (const Tree &tree : trees) {
        if (tree.state == Tree::State::healthy)
            healthy.push_back(&tree);
        else if (tree.state == Tree::State::inconclusive)
            inconclusive.push_back(&tree);
        else if (++reports <= most_reports)
            print_report(page, context, tree);
        else
            wedged.push_back(&tree);
    }
    print_summaries(page, "wedged, too", context, wedged);
    print_summaries(page, "inconclusive", context, inconclusive);
    print_names(page, context, healthy);
}

} // namespace unwedge::report
