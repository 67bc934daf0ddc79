// SPDX-License-Identifier: GPL-2.0-only
#include "report/shell.h"

namespace unwedge::report {

namespace {

bool has_any(const std::string &word, const char *characters) {
    return word.find_first_of(characters) != std::string::npos;
}

std::string quoted(const std::string &word) {
    if (!word.empty() && !has_any(word, " \t\n\"'\\$`!*?[](){}<>|&;#~"))
        return word;
    if (!has_any(word, "'"))
        return "'" + word + "'";
    if (!has_any(word, "\"\\$`!"))
        return "\"" + word + "\"";
    std::string escaped;
    for (const char character : word)
        escaped += character == '\'' ? std::string(R"('\'')") : std::string(1, character);
    return "'" + escaped + "'";
}

} // namespace

std::string shell_text(const std::vector<std::string> &argv) {
    std::string text;
    for (const std::string &word : argv) {
        if (!text.empty())
            text += ' ';
        text += quoted(word);
    }
    return text;
}

} // namespace unwedge::report
