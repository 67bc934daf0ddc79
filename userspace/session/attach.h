// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "facts/ids.h"
#include "session/on_wedge.h"
#include "session/watcher.h"

#include <optional>
#include <string>

namespace unwedge::session {

struct AttachOptions {
    facts::Pid pid = 0; ///< with all that comes from it
    WatchSettings watch;
    OnWedge on_wedge;
    Nanos grace = std::chrono::seconds(10);      ///< as RunOptions has it
    Nanos kill_after = std::chrono::seconds(10); ///< between SIGTERM and SIGKILL
    std::optional<std::string> json;
    std::optional<std::string> profiles;
    bool quiet = false;
    bool verbose = false;
};

/// `unwedge attach`: joins a tree that runs already and tells on stderr what of it is wedged, until it ends
/// or a signal comes. Returns the exit status: 0 nothing stands wedged then, 3 something does, 124 the tree
/// was ended for it, 1 it failed.
int attach(const AttachOptions &options);

} // namespace unwedge::session
