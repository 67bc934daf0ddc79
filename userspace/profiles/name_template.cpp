// SPDX-License-Identifier: GPL-2.0-only
#include "profiles/name_template.h"

#include "util/printable.h"
#include "util/utf8.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace unwedge::profiles {

Result<NameTemplate::Piece> NameTemplate::placeholder(std::string_view word, std::size_t groups) {
    constexpr std::pair<std::string_view, What> words[] = {{"program", What::program},
                                                           {"parent", What::parent},
                                                           {"number", What::number},
                                                           {"index", What::index}};
    for (const auto &[name, what] : words)
        if (word == name)
            return Piece{what, "", 0};
    if (word.size() != 1 || word[0] < '1' || word[0] > '9')
        return Error{fmt::format(
            "'{{{}}}' is none of {{1}}…{{9}}, {{program}}, {{parent}}, {{number}}, {{index}}", word)};
    const auto group = static_cast<std::size_t>(word[0] - '1');
    if (group >= groups)
        return Error{fmt::format("{{{}}} refers to a group that the expressions don't have", word)};
    return Piece{What::group, "", group};
}

Result<NameTemplate> NameTemplate::parse(std::string_view text, std::size_t groups) {
    NameTemplate parsed;
    parsed.text_ = text;
    while (!text.empty()) {
        const std::size_t open = std::min(text.find('{'), text.size());
        if (open > 0)
            parsed.pieces_.push_back({What::literal, std::string(text.substr(0, open)), 0});
        text.remove_prefix(open);
        if (text.empty())
            break;
        const std::size_t close = text.find('}');
        if (close == std::string_view::npos)
            return Error{"a '{' without its '}'"};
        Result<Piece> piece = placeholder(text.substr(1, close - 1), groups);
        if (!piece)
            return piece.error();
        parsed.pieces_.push_back(*std::move(piece));
        text.remove_prefix(close + 1);
    }
    if (parsed.pieces_.empty())
        return Error{"must not be empty"};
    return parsed;
}

std::string NameTemplate::expand(const Fillings &fillings) const {
    std::string name;
    for (const Piece &piece : pieces_) {
        switch (piece.what) {
        case What::literal: name += piece.literal; break;
        case What::group: name += fillings.groups.at(piece.group); break;
        case What::program: name += fillings.program; break;
        case What::parent: name += fillings.parent; break;
        case What::number: name += std::to_string(fillings.number); break;
        case What::index: name += std::to_string(fillings.number - 1); break;
        }
    }
    return presentable(name);
}

bool NameTemplate::is_numbered() const {
    return std::ranges::any_of(
        pieces_, [](const Piece &piece) { return piece.what == What::number || piece.what == What::index; });
}

std::string presentable(std::string_view name) {
    const auto first = std::min(name.find_first_not_of(' '), name.size());
    name = name.substr(first, name.find_last_not_of(' ') + 1 - first);
    // Cut before it is escaped as well: what is cut off afterwards need not be made.
    std::string escaped = printable(name.substr(0, 8 * longest_name));
    if (columns(escaped) <= longest_name)
        return escaped;
    std::string shown;
    std::size_t taken = 0;
    for (std::string_view rest = escaped; !rest.empty();) {
        const Glyph glyph = first_glyph(rest);
        taken += columns(glyph.code);
        if (taken > longest_name - 1)
            break;
        shown += glyph.bytes;
        rest.remove_prefix(glyph.bytes.size());
    }
    return shown + "…";
}

} // namespace unwedge::profiles
