// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "session/on_wedge.h"
#include "session/recorder.h"
#include "session/watcher.h"
#include "util/clock.h"

#include <optional>
#include <string>

namespace unwedge::session {

/// What commands that watch a tree until it ends have in common.
struct SessionOptions {
    WatchSettings watch;
    OnWedge on_wedge;
    Nanos grace = std::chrono::seconds(10); ///< for a wedge to end by itself, and for the program of on_wedge
    Nanos kill_after = std::chrono::seconds(10); ///< between SIGTERM and SIGKILL
    std::optional<std::string> json;             ///< file for the diagnosis
    RecordOptions record;
    std::optional<std::string> profiles; ///< file with rules for names
    bool quiet = false;                  ///< no reports on stderr
    bool verbose = false;                ///< says what it does
};

} // namespace unwedge::session
