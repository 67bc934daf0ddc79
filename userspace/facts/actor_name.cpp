// SPDX-License-Identifier: GPL-2.0-only
#include "facts/actor_name.h"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

namespace unwedge::facts {
namespace {

constexpr std::size_t longest_word = 24;
constexpr std::size_t words_after_program = 2;

std::string_view base_name(std::string_view path) {
    return path.substr(path.rfind('/') + 1);
}

/// "python3.11" and "python3" are python.
bool is_interpreter(std::string_view program) {
    constexpr std::array interpreters{"python", "pypy", "node", "ruby", "perl", "bash", "sh", "dash"};
    const std::string_view stem = program.substr(0, program.find_first_of("0123456789."));
    return std::ranges::find(interpreters, stem) != interpreters.end();
}

/// Drops the interpreter and its options up to the script or module, if there is one.
std::span<const std::string> program_and_arguments(std::span<const std::string> argv) {
    if (argv.empty() || !is_interpreter(base_name(argv.front())))
        return argv;
    for (std::size_t i = 1; i < argv.size(); ++i) {
        if (argv[i] == "-m" && i + 1 < argv.size())
            return argv.subspan(i + 1);
        if (argv[i] == "-c")
            return argv;
        if (!argv[i].starts_with('-'))
            return argv.subspan(i);
    }
    return argv;
}

bool is_telling(std::string_view word) {
    return !word.empty() && !word.starts_with('-') && word.size() <= longest_word &&
           word.find('/') == std::string_view::npos && word.find('\n') == std::string_view::npos;
}

} // namespace

std::string actor_name(const std::vector<std::string> &argv, const std::string &comm) {
    const std::span<const std::string> words = program_and_arguments(argv);
    if (words.empty())
        return comm.empty() ? "?" : comm;
    std::string name(base_name(words.front()));
    for (const std::string &word : words.subspan(1, std::min(words.size() - 1, words_after_program))) {
        if (!is_telling(word))
            break;
        name += ' ' + word;
    }
    return name.empty() ? comm : name;
}

std::string program_of(const std::vector<std::string> &argv) {
    const std::span<const std::string> words = program_and_arguments(argv);
    return words.empty() ? "" : std::string(base_name(words.front()));
}

} // namespace unwedge::facts
