// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "facts/ids.h"
#include "session/options.h"

namespace unwedge::session {

struct AttachOptions : SessionOptions {
    facts::Pid pid = 0; ///< with all that comes from it
};

/// `unwedge attach`: joins a tree that runs already and tells on stderr what of it is wedged, until it ends
/// or a signal comes. Returns the exit status: 0 nothing stands wedged then, 3 something does, 124 the tree
/// was ended for it, 1 it failed.
int attach(const AttachOptions &options);

} // namespace unwedge::session
