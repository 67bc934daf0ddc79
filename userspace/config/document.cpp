// SPDX-License-Identifier: GPL-2.0-only
#include "config/document.h"

#include "config/guard.h"
#include "util/line.h"
#include "util/printable.h"

#include <fmt/format.h>

#include <algorithm>

namespace unwedge::config {

Result<Document> Document::parse(std::string_view text, std::string file) {
    Document document(std::move(file));
    if (const auto problem = find_problem(text))
        return document.syntax_error(text, problem->line, problem->what);
    try {
        document.root_ = toml::parse(text);
    } catch (const toml::parse_error &problem) {
        return document.syntax_error(text, problem.source().begin.line, problem.description());
    }
    return document;
}

Error Document::error(std::size_t line, std::string_view key, std::string_view what) const {
    return {printable(fmt::format("{}:{}: {}: {}", file_, line, key, what))};
}

/// The parser knows the place only; the key is what stands there before the '=', or the whole header.
Error Document::syntax_error(std::string_view text, std::size_t line, std::string_view what) const {
    for (std::size_t skipped = 1; skipped < line; ++skipped)
        cut_line(text);
    std::string_view key = text.substr(0, text.find_first_of("=\n"));
    const std::size_t begin = std::min(key.find_first_not_of(" \t"), key.size());
    key = key.substr(begin, key.find_last_not_of(" \t\r") + 1 - begin);
    constexpr std::size_t longest_key = 40;
    return error(line, key.empty() ? "syntax" : key.substr(0, longest_key), what);
}

std::vector<std::pair<const toml::key *, const toml::node *>> by_line(const toml::table &table) {
    std::vector<std::pair<const toml::key *, const toml::node *>> entries;
    for (const auto &[key, node] : table)
        entries.emplace_back(&key, &node);
    std::ranges::stable_sort(entries, {}, [](const auto &entry) { return entry.first->source().begin.line; });
    return entries;
}

Result<std::string> text_of(const toml::node &node) {
    const auto *text = node.as_string();
    if (!text)
        return Error{"must be a string"};
    if (text->get().empty())
        return Error{"must not be empty"};
    return text->get();
}

Result<bool> flag_of(const toml::node &node) {
    const auto *flag = node.as_boolean();
    if (!flag)
        return Error{"must be true or false"};
    return flag->get();
}

Result<Pattern> pattern_of(const toml::node &node) {
    const Result<std::string> text = text_of(node);
    return text ? Pattern::compile(*text) : text.error();
}

Result<std::vector<std::string>> texts_of(const toml::node &node) {
    const toml::array *array = node.as_array();
    if (!array || array->empty())
        return Error{"must be an array of strings"};
    std::vector<std::string> texts;
    for (const toml::node &one : *array) {
        Result<std::string> text = text_of(one);
        if (!text)
            return Error{"must be an array of strings, none of them empty"};
        texts.push_back(*std::move(text));
    }
    return texts;
}

} // namespace unwedge::config
