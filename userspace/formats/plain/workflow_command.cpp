// SPDX-License-Identifier: GPL-2.0-only
#include "formats/plain/workflow_command.h"

#include "report/page.h"
#include "util/utf8.h"

#include <fmt/format.h>

namespace unwedge::formats {
namespace {

/// What the runner keeps of a message, in UTF-16 units; bytes are never fewer.
constexpr std::size_t most_message = 4096;
/// What the API for check runs takes of a title.
constexpr std::size_t most_title = 255;
constexpr std::string_view cut_note = "\n… cut here: GitHub takes no more";

/// As @actions/core escapes the data of a command, and of a property, too.
std::string command_escaped(std::string_view text, bool property) {
    std::string escaped;
    for (const char character : text)
        switch (character) {
        case '%': escaped += "%25"; break;
        case '\r': escaped += "%0D"; break;
        case '\n': escaped += "%0A"; break;
        case ':': escaped += property ? "%3A" : ":"; break;
        case ',': escaped += property ? "%2C" : ","; break;
        default: escaped += character;
        }
    return escaped;
}

/// At a newline, where the last one is not far.
std::string_view message_start(std::string_view message) {
    const std::size_t room = most_message - cut_note.size();
    std::size_t length = 0;
    while (length < room) {
        const std::size_t next = length + first_glyph(message.substr(length)).bytes.size();
        if (next > room)
            break;
        length = next;
    }
    message = message.substr(0, length);
    const std::size_t newline = message.rfind('\n');
    return newline != std::string_view::npos && newline > room / 2 ? message.substr(0, newline) : message;
}

std::string fitting_message(std::string_view message) {
    return message.size() <= most_message ? std::string(message)
                                          : fmt::format("{}{}", message_start(message), cut_note);
}

} // namespace

std::string workflow_command(std::string_view level, std::string_view title, std::string_view message) {
    return fmt::format("::{} title={}::{}\n", level,
                       command_escaped(report::Line(title).cut(most_title).render(false), true),
                       command_escaped(fitting_message(message), false));
}

} // namespace unwedge::formats
