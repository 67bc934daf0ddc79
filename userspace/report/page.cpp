// SPDX-License-Identifier: GPL-2.0-only
#include "report/page.h"

#include "util/utf8.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace unwedge::report {

namespace {

constexpr std::size_t least_width = 40;
constexpr std::size_t most_prose = 640; ///< columns

std::string_view escape_of(Tone tone) {
    switch (tone) {
    case Tone::plain: return "";
    case Tone::strong: return "\x1b[1m";
    case Tone::dim: return "\x1b[2m";
    case Tone::culprit: return "\x1b[1;31m";
    case Tone::victim: return "\x1b[33m";
    }
    return "";
}

} // namespace

Line &Line::add(std::string_view text, Tone tone) {
    const std::string shown = printable(text);
    for (std::string_view rest = shown; !rest.empty();) {
        const Glyph glyph = first_glyph(rest);
        cells_.push_back({std::string(glyph.bytes), unwedge::columns(glyph.code), tone});
        rest.remove_prefix(glyph.bytes.size());
    }
    return *this;
}

Line &Line::add(const Line &other) {
    cells_.insert(cells_.end(), other.cells_.begin(), other.cells_.end());
    return *this;
}

Line &Line::pad_to(std::size_t column) {
    const std::size_t have = columns();
    return have < column ? add(std::string(column - have, ' ')) : *this;
}

std::size_t Line::columns() const {
    return std::accumulate(cells_.begin(), cells_.end(), std::size_t{0},
                           [](std::size_t sum, const Cell &cell) { return sum + cell.columns; });
}

Line Line::cut(std::size_t width) const {
    // Combining marks take no column; too many of them are cut as well.
    if (columns() <= width && cells_.size() <= 4 * width)
        return *this;
    Line kept;
    std::size_t used = 0;
    for (const Cell &cell : cells_) {
        if (used + cell.columns + 1 > width || kept.cells_.size() >= 4 * width)
            break;
        used += cell.columns;
        kept.cells_.push_back(cell);
    }
    const Tone tone = kept.cells_.empty() ? Tone::plain : kept.cells_.back().tone;
    return kept.add("…", tone);
}

/// "3.6 s", "pid 12" and "fd 9" read badly when they are torn apart.
bool Line::can_break_at(Cells::const_iterator space) const {
    constexpr std::ptrdiff_t longest_unit = 3; // "min", "KiB"
    const auto is_space = [](const Cell &cell) { return cell.glyph == " "; };
    const auto is_digit = [](const Cell &cell) { return cell.glyph >= "0" && cell.glyph <= "9"; };
    const auto word_end = std::find_if(std::next(space), cells_.end(), is_space);
    const bool before_unit =
        space != cells_.begin() && is_digit(*std::prev(space)) && word_end - space - 1 <= longest_unit;
    const auto word_start = std::find_if(std::make_reverse_iterator(space), cells_.rend(), is_space).base();
    std::string word;
    for (auto cell = word_start; cell != space; ++cell)
        word += cell->glyph;
    return !before_unit && !word.ends_with("pid") && word != "fd";
}

/// Where the line that starts at `start` ends: at a space, or in a word that is longer than a line.
Line::Cells::const_iterator Line::line_end(Cells::const_iterator start, std::size_t width) const {
    auto last_break = cells_.end();
    std::size_t used = 0;
    for (auto cell = start; cell != cells_.end(); ++cell) {
        if (cell != start && cell->glyph == " " && can_break_at(cell))
            last_break = cell;
        used += cell->columns;
        if (used > width && cell != start && cell->glyph != " ")
            return last_break == cells_.end() ? cell : last_break;
    }
    return cells_.end();
}

std::vector<Line> Line::wrap(std::size_t width, std::size_t hang) const {
    std::vector<Line> lines;
    for (auto start = cells_.begin(); start != cells_.end();) {
        const auto end = line_end(start, lines.empty() ? width : width - hang);
        auto last = end;
        while (last != start && std::prev(last)->glyph == " ")
            --last;
        Line line;
        line.cells_.assign(start, last);
        lines.push_back(std::move(line));
        start = std::find_if(end, cells_.end(), [](const Cell &cell) { return cell.glyph != " "; });
    }
    return lines;
}

std::string Line::render(bool colour) const {
    auto end = cells_.end();
    while (end != cells_.begin() && std::prev(end)->glyph == " ")
        --end;
    std::string text;
    Tone tone = Tone::plain;
    const auto change_to = [&](Tone next) {
        if (!colour || next == tone)
            return;
        if (tone != Tone::plain)
            text += "\x1b[0m";
        text += escape_of(next);
        tone = next;
    };
    for (auto cell = cells_.begin(); cell != end; ++cell) {
        change_to(cell->tone);
        text += cell->glyph;
    }
    change_to(Tone::plain);
    return text;
}

Page::Page(const Style &style) : width_(std::max(style.width, least_width)), colour_(style.colour) {}

void Page::blank() {
    if (!text_.empty() && !text_.ends_with("\n\n"))
        text_ += '\n';
}

void Page::row(const Line &line) {
    command(line.cut(width_));
}

void Page::command(const Line &line) {
    text_ += line.render(colour_);
    text_ += '\n';
}

void Page::heading(std::string_view text) {
    blank();
    row(Line(text, Tone::strong));
}

void Page::prose(const Line &lead, const Line &text, std::size_t hang) {
    const std::size_t indent = std::min(lead.columns(), width_ / 2);
    Line start = lead.cut(indent);
    // Text from outside may be of any length.
    for (const Line &line : text.cut(most_prose).wrap(width_ - indent, hang)) {
        row(start.add(line));
        start = Line().pad_to(indent + hang);
    }
}

} // namespace unwedge::report
