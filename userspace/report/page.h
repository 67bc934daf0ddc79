// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "report/text.h"

#include <string>
#include <string_view>
#include <vector>

namespace unwedge::report {

/// What a piece of text is, and so how it is coloured.
enum class Tone { plain, strong, dim, culprit, victim };

/// One line of text in pieces. All text enters through add() and so through printable(): nothing that a
/// process calls itself can reach the terminal unescaped.
class Line {
  public:
    Line() = default;
    explicit Line(std::string_view text, Tone tone = Tone::plain) { add(text, tone); }

    Line &add(std::string_view text, Tone tone = Tone::plain);
    Line &add(const Line &other);
    Line &pad_to(std::size_t column); ///< spaces up to `column`, if it isn't there yet

    std::size_t columns() const;
    Line cut(std::size_t width) const; ///< the last column becomes "…" where something had to go
    /// Broken at spaces, but not between a number and its unit; what is longer than a line, anywhere. All
    /// lines but the first are narrower by `hang`.
    std::vector<Line> wrap(std::size_t width, std::size_t hang = 0) const;
    std::string render(bool colour) const; ///< without trailing spaces

  private:
    struct Cell {
        std::string glyph;
        std::size_t columns = 0;
        Tone tone = Tone::plain;
    };
    using Cells = std::vector<Cell>;

    bool can_break_at(Cells::const_iterator space) const;
    Cells::const_iterator line_end(Cells::const_iterator start, std::size_t width) const;

    Cells cells_;
};

/// The report as it grows, line by line.
class Page {
  public:
    explicit Page(const Style &style);

    std::size_t width() const { return width_; }
    void blank();
    void row(const Line &line);     ///< one line, cut at the page's width
    void command(const Line &line); ///< one line, never cut: half a command is useless
    void heading(std::string_view text);
    /// Wrapped text behind `lead`, its further lines indented by the lead's columns and `hang`.
    void prose(const Line &lead, const Line &text, std::size_t hang = 0);

    std::string take() { return std::move(text_); }

  private:
    std::string text_;
    std::size_t width_;
    bool colour_;
};

} // namespace unwedge::report
