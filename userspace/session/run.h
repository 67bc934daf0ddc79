// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "session/exit_status.h"
#include "session/on_wedge.h"
#include "session/watcher.h"
#include "util/result.h"

#include <optional>
#include <string>
#include <vector>

namespace unwedge::session {

struct RunOptions {
    std::vector<std::string> argv; ///< not empty
    std::optional<std::string> user;
    std::optional<std::string> json;     ///< file for the diagnosis
    std::optional<std::string> profiles; ///< file with rules for names
    std::optional<Nanos> timeout;        ///< > 0; nullopt: none
    Nanos kill_after = std::chrono::seconds(10);
    OnWedge on_wedge;
    Nanos grace = std::chrono::seconds(10); ///< for a wedge to end by itself, and for the program of on_wedge
    WatchSettings watch;
    bool quiet = false;   ///< no reports on stderr
    bool verbose = false; ///< says what it does
};

/// `unwedge run`: runs the command under observation until it ends or is ended. Returns the exit status; says
/// on stderr what is to be said.
int run(const RunOptions &options);

} // namespace unwedge::session
