// SPDX-License-Identifier: GPL-2.0-only
#include "report/page.h"

#include "feed.h"
#include "harness.h"
#include "oracle.h"
#include "report/text.h"
#include "util/utf8.h"

#include <algorithm>

namespace unwedge::fuzz {
namespace {

using report::Line;

constexpr std::size_t narrowest = 4;

std::string without_spaces(std::string text) {
    std::erase(text, ' ');
    return text;
}

void check_line(const Line &line, std::size_t width, std::size_t hang) {
    const std::string text = line.render(false);
    require(is_harmless(text), "a line is harmless");
    require(line.cut(width).columns() <= width, "a line that is cut fits");
    std::string all;
    for (const Line &part : line.wrap(width, hang)) {
        require(part.columns() <= width, "a line that is wrapped fits");
        all += part.render(false);
    }
    require(without_spaces(all) == without_spaces(text), "wrapping loses nothing but spaces");
}

/// Without the escapes that colours are made of.
std::string bleached(std::string text) {
    for (const std::string_view escape : {"\x1b[0m", "\x1b[1m", "\x1b[2m", "\x1b[1;31m", "\x1b[33m"})
        for (auto at = text.find(escape); at != std::string::npos; at = text.find(escape, at))
            text.erase(at, escape.size());
    return text;
}

std::string page_of(std::string_view text, std::size_t width, bool colour) {
    report::Page page({.colour = colour, .width = width});
    page.heading(text);
    page.prose(Line(text, report::Tone::culprit), Line(text, report::Tone::dim), 2);
    page.command(Line(text, report::Tone::strong));
    return page.take();
}

void check(std::string_view input) {
    Feed feed(input);
    const std::size_t width = narrowest + feed.value<std::uint8_t>();
    const std::string_view text = feed.rest();
    check_line(Line(text), width, width / 4);
    const std::string plain = page_of(text, width, false);
    require(is_harmless(plain, true), "a page is harmless");
    require(bleached(page_of(text, width, true)) == plain, "colours add nothing else");
    const std::string status = report::status_text(text, {.colour = false, .width = width});
    require(is_harmless(status, true), "a status is harmless");
}

const Registered registered({.name = "page", .check = check});

} // namespace
} // namespace unwedge::fuzz
