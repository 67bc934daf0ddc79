// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "provoke/spec.h"

#include "session/expectations.h"
#include "session/options.h"

#include <optional>
#include <string>
#include <vector>

namespace unwedge::session {

struct RunOptions : SessionOptions {
    std::vector<std::string> argv; ///< not empty
    std::optional<std::string> user;
    bool no_new_privs = false;    ///< for the command: see CommandRights
    std::optional<Nanos> timeout; ///< > 0; nullopt: none
    std::optional<provoke::Plan> provoke;

    Expected expected;
};

/// `unwedge run`: runs the command under observation until it ends or is ended. Returns the exit status; says
/// on stderr what is to be said.
int run(RunOptions options);

} // namespace unwedge::session
