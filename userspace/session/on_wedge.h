// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "util/result.h"

#include <optional>
#include <string>
#include <string_view>

namespace unwedge::session {

/// What --on-wedge asks for besides the report, which is made in any case.
struct OnWedge {
    bool kill = false;
    std::optional<std::string> program; ///< of exec:PROG, as it was given
};

/// Adds one word of the option, "report", "kill" or "exec:PROG", to what others have asked for.
Result<void> add_response(OnWedge &asked, std::string_view word);

} // namespace unwedge::session
