// SPDX-License-Identifier: GPL-2.0-only
#include "formats/plain/sheet.h"

#include "formats/plain/xml.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace unwedge::formats {
namespace {

constexpr std::size_t most_columns = 300;

/// A name after "@" would become a mention, unless it stands in an element of its own.
std::string without_mentions(std::string_view html) {
    std::string text;
    for (const char character : html)
        if (character == '@')
            text += "<span>@</span>";
        else
            text += character;
    return text;
}

} // namespace

std::string sheet_text(const report::Line &line) {
    return without_mentions(xml_text(line.cut(most_columns).render(false)));
}

std::string sheet_text(std::string_view text) {
    return sheet_text(report::Line(text));
}

std::string sheet_code(std::string_view text) {
    return fmt::format("<code>{}</code>", sheet_text(text));
}

void Sheet::title(std::string_view words) {
    add(fmt::format("## {}\n", words));
}

void Sheet::paragraph(std::string_view html) {
    add(fmt::format("<p>{}</p>\n", html));
}

void Sheet::section(std::string_view heading, std::string_view html) {
    if (!html.empty())
        add(fmt::format("### {}\n\n{}", heading, html));
}

void Sheet::folded(std::string_view heading, std::string_view text) {
    const std::string head = fmt::format("<details><summary>{}</summary>\n\n<pre>\n", heading);
    constexpr std::string_view tail = "</pre>\n\n</details>\n";
    const std::size_t own = text_.size() + head.size() + tail.size() + 1;
    std::string lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string line = xml_text(text.substr(0, end)) + '\n';
        if (own + lines.size() + line.size() > most_) {
            complete_ = false;
            break;
        }
        lines += line;
        text.remove_prefix(std::min(text.size(), end + 1));
    }
    if (!lines.empty())
        add(head + lines + std::string(tail));
}

std::string Sheet::list(const std::vector<std::string> &items) {
    if (items.empty())
        return "";
    std::string html = "<ul>\n";
    for (const std::string &item : items)
        html += fmt::format("<li>{}</li>\n", item);
    return html + "</ul>\n";
}

std::string Sheet::table(const Rows &rows) {
    std::string html = "<table>\n";
    std::string_view cell = "th";
    for (const std::vector<std::string> &row : rows) {
        html += "<tr>";
        for (const std::string &text : row)
            html += fmt::format("<{0}>{1}</{0}>", cell, text);
        html += "</tr>\n";
        cell = "td";
    }
    return html + "</table>\n";
}

std::string Sheet::take() {
    if (!complete_)
        text_ += "\n<p><b>Left out is what is more than the 1 MiB that GitHub takes.</b></p>\n";
    return std::move(text_);
}

void Sheet::add(std::string_view block) {
    if (text_.size() + 1 + block.size() > most_) {
        complete_ = false;
        return;
    }
    if (!text_.empty())
        text_ += '\n';
    text_ += block;
}

} // namespace unwedge::formats
