// SPDX-License-Identifier: GPL-2.0-only
#include "recording/redact_script.h"

#include <algorithm>

namespace unwedge::recording {
namespace {

constexpr std::string_view between_words = " \t\r\n;|&()<>`";

/// Appends what stands in the quotes that open at `i`, and returns where they have closed; quotes that do not
/// close reach to the end.
std::size_t read_quoted(std::string_view script, std::size_t i, std::string &text) {
    const char quote = script[i++];
    for (; i < script.size() && script[i] != quote; ++i) {
        if (quote == '"' && script[i] == '\\' && i + 1 < script.size())
            ++i;
        text += script[i];
    }
    return std::min(i + 1, script.size());
}

ScriptWord read_word(std::string_view script, std::size_t begin) {
    ScriptWord word{.begin = begin, .end = begin, .text = {}};
    std::size_t &i = word.end;
    while (i < script.size() && between_words.find(script[i]) == std::string_view::npos) {
        if (script[i] == '\'' || script[i] == '"') {
            i = read_quoted(script, i, word.text);
            continue;
        }
        if (script[i] == '\\' && i + 1 < script.size())
            ++i;
        word.text += script[i++];
    }
    return word;
}

} // namespace

std::string ScriptWord::requoted(std::string_view script, std::string_view other) const {
    const char first = script[begin];
    const bool whole = (first == '\'' || first == '"') && end - begin > 1 && script[end - 1] == first;
    return whole ? std::string(1, first).append(other) + first : std::string(other);
}

std::vector<ScriptWord> script_words(std::string_view script) {
    std::vector<ScriptWord> words;
    for (std::size_t i = script.find_first_not_of(between_words); i != std::string_view::npos;) {
        words.push_back(read_word(script, i));
        i = script.find_first_not_of(between_words, words.back().end);
    }
    return words;
}

} // namespace unwedge::recording
