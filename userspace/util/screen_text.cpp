// SPDX-License-Identifier: GPL-2.0-only
#include "util/screen_text.h"

#include <algorithm>
#include <cstddef>

namespace unwedge {
namespace {

constexpr char escape = '\x1b';
constexpr char bell = '\x07';

bool is_between(char one, char first, char last) {
    return one >= first && one <= last;
}

/// Length of a control sequence's parameters and final byte; what breaks off in the middle is one as well.
std::size_t length_of_parameters(std::string_view text) {
    const auto *const final = std::ranges::find_if(text, [](char one) { return !is_between(one, ' ', '?'); });
    return std::min<std::size_t>(static_cast<std::size_t>(final - text.begin()) + 1, text.size());
}

/// Up to BEL or ST, as titles and links are.
std::size_t length_of_string(std::string_view text) {
    const std::size_t end = text.find_first_of({&escape, 1});
    const std::size_t bells = text.find(bell);
    if (bells < end)
        return bells + 1;
    return end == std::string_view::npos ? text.size() : std::min(end + 2, text.size());
}

/// Of what begins with ESC.
std::size_t length_of_sequence(std::string_view text) {
    if (text.size() < 2)
        return text.size();
    switch (text[1]) {
    case '[': return 2 + length_of_parameters(text.substr(2));
    case ']':
    case 'P':
    case '^':
    case '_': return 2 + length_of_string(text.substr(2));
    default: return is_between(text[1], ' ', '/') ? std::min<std::size_t>(3, text.size()) : 2;
    }
}

} // namespace

std::string screen_text(std::string_view printed) {
    std::string text;
    std::size_t line = 0;      // where the current one begins
    bool written_over = false; // by what comes next
    for (std::size_t at = 0; at < printed.size();) {
        const char one = printed[at];
        if (one == escape) {
            at += length_of_sequence(printed.substr(at));
            continue;
        }
        ++at;
        if (one == '\r') {
            written_over = true;
            continue;
        }
        if (written_over && one != '\n')
            text.resize(line);
        written_over = false;
        text += one;
        if (one == '\n')
            line = text.size();
    }
    return text;
}

} // namespace unwedge
