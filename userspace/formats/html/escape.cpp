// SPDX-License-Identifier: GPL-2.0-only
#include "formats/html/escape.h"

#include "util/printable.h"

#include <array>
#include <span>
#include <utility>

namespace unwedge::formats::html {

namespace {

using Replacement = std::pair<std::string_view, std::string_view>;

constexpr std::array<Replacement, 5> in_html{
    {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {"\"", "&quot;"}, {"'", "&#39;"}}};
// All of these can only stand within the strings of JSON.
constexpr std::array<Replacement, 5> in_script{{{"&", "\\u0026"},
                                                {"<", "\\u003c"},
                                                {">", "\\u003e"},
                                                {"\xe2\x80\xa8", "\\u2028"},
                                                {"\xe2\x80\xa9", "\\u2029"}}};

std::string replaced(std::string_view text, std::span<const Replacement> replacements) {
    std::string made;
    made.reserve(text.size());
    while (!text.empty()) {
        std::string_view taken = text.substr(0, 1);
        std::string_view given = taken;
        for (const auto &[from, to] : replacements)
            if (text.starts_with(from)) {
                taken = from;
                given = to;
                break;
            }
        made += given;
        text.remove_prefix(taken.size());
    }
    return made;
}

} // namespace

std::string html_text(std::string_view text) {
    return replaced(printable(text), in_html);
}

std::string html_lines(std::string_view text) {
    std::string made;
    for (std::size_t end = 0; (end = text.find('\n')) != std::string_view::npos; text.remove_prefix(end + 1))
        made += html_text(text.substr(0, end)) + '\n';
    return made + html_text(text);
}

std::string script_json(const Json &data) {
    return replaced(data.dump(-1, ' ', false, Json::error_handler_t::replace), in_script);
}

} // namespace unwedge::formats::html
