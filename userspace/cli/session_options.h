// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "session/options.h"

namespace CLI {
class App;
}

/// The options of commands that watch a tree until it ends.
namespace unwedge::cli {

void add_session(CLI::App &command, session::SessionOptions &options);

/// Throws CLI::ValidationError where two of them do not go together.
void check_session(const session::SessionOptions &options);

} // namespace unwedge::cli
