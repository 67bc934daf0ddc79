// SPDX-License-Identifier: GPL-2.0-only
#include "gate/evidence.h"

#include "recording/reader.h"
#include "session/as_user.h"
#include "util/screen_text.h"

#include <algorithm>
#include <fstream>
#include <iterator>

namespace unwedge::gate {

std::string Evidence::log(const Attempt &attempt, std::size_t most) const {
    if (attempt.log.empty())
        return "";
    const session::AsUser as_user(reader_);
    std::ifstream file(attempt.log, std::ios::binary | std::ios::ate);
    if (!as_user.ok() || !file)
        return "";
    const auto size = static_cast<std::streamoff>(file.tellg());
    const std::streamoff begin = std::max<std::streamoff>(size - static_cast<std::streamoff>(most), 0);
    file.seekg(begin);
    std::string text(std::istreambuf_iterator<char>(file), {});
    if (begin > 0)
        text.erase(0, text.find('\n') + 1); // all of one endless line stays
    return screen_text(text);
}

std::string Evidence::last_lines(const Attempt &attempt, std::size_t lines) const {
    constexpr std::size_t most_of_a_line = 400;
    std::string text = log(attempt, lines * most_of_a_line);
    while (text.ends_with('\n'))
        text.pop_back();
    std::size_t begin = text.size();
    for (; lines > 0 && begin > 0; --lines) {
        const std::size_t newline = text.rfind('\n', begin - 1);
        if (newline == std::string::npos)
            return text;
        begin = newline;
    }
    return begin == text.size() ? text : text.substr(begin + 1);
}

std::string Evidence::report(const Attempt &attempt, const report::Style &style) const {
    if (attempt.recording.empty())
        return "";
    const session::AsUser as_user(reader_);
    if (!as_user.ok())
        return "";
    const Result<recording::Recording> recording = recording::read(attempt.recording);
    if (!recording || recording->looks.empty())
        return "";
    return report::to_text(recording->last(), style);
}

} // namespace unwedge::gate
