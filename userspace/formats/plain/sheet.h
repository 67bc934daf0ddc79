// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "report/page.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace unwedge::formats {

/// Text from outside within Sheet: it can neither be markup nor mention anybody. No longer than 300 columns.
std::string sheet_text(const report::Line &line);
std::string sheet_text(std::string_view text);
/// The same, set as code.
std::string sheet_code(std::string_view text);

/// A job summary as it grows. GitHub drops one that is too large, so what would no longer fit is left out,
/// and a note at the end says so.
///
/// It is made of blocks of HTML, as @actions/core does it: between a tag at the start of a line and a blank
/// line nothing is read as Markdown, so that only HTML has to be escaped. `html` below is what the functions
/// above gave, and tags.
class Sheet {
  public:
    using Rows = std::vector<std::vector<std::string>>;

    /// `most`: bytes, without the note.
    explicit Sheet(std::size_t most) : most_(most) {}

    void title(std::string_view words); ///< own words
    void paragraph(std::string_view html);
    /// Own words, and what stands below them; nothing at all where there is nothing.
    void section(std::string_view heading, std::string_view html);
    /// A text of many lines that is folded away; cut where it does not fit.
    void folded(std::string_view heading, std::string_view text);

    static std::string list(const std::vector<std::string> &items);
    static std::string table(const Rows &rows); ///< the first row is its head

    std::string take();

  private:
    void add(std::string_view block);

    std::size_t most_;
    std::string text_;
    bool complete_ = true;
};

} // namespace unwedge::formats
