// SPDX-License-Identifier: GPL-2.0-only
#include "session/on_wedge.h"

#include <fmt/format.h>

namespace unwedge::session {

Result<void> add_response(OnWedge &asked, std::string_view word) {
    constexpr std::string_view exec = "exec:";
    if (word == "report")
        return {};
    if (word == "kill") {
        asked.kill = true;
        return {};
    }
    if (!word.starts_with(exec))
        return Error{fmt::format("'{}' is neither report nor kill nor exec:PROG", word), 0};
    const std::string program(word.substr(exec.size()));
    if (program.empty())
        return Error{"exec: needs the name of a program behind it", 0};
    if (asked.program && *asked.program != program)
        return Error{fmt::format("only one program is run: '{}' or '{}'", *asked.program, program), 0};
    asked.program = program;
    return {};
}

} // namespace unwedge::session
