// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "session/on_wedge.h"
#include "session/watcher.h"

namespace CLI {
class App;
}

/// The options of commands that watch a tree. `check_` functions throw CLI::ValidationError where two of them
/// do not go together.
namespace unwedge::cli {

/// How it is watched, and from when on something is suspected.
void add_watching(CLI::App &command, session::WatchSettings &watch);
void check_watching(const session::WatchSettings &watch);

/// What is done about a wedge.
void add_responses(CLI::App &command, session::OnWedge &on_wedge, Nanos &grace);
void check_responses(const session::OnWedge &on_wedge, Nanos grace);

} // namespace unwedge::cli
