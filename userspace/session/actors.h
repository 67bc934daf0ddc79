// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "facts/model.h"
#include "session/tree.h"

namespace unwedge::session {

/// What the tree knows of a process by itself.
facts::Actor known_actor(facts::Pid pid, const Member &member);

/// One that has ended.
facts::Actor dead_actor(facts::Pid pid, const Member &member);

} // namespace unwedge::session
