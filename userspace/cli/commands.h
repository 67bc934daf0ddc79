// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace unwedge::cli {

/// What a parsed command does; returns the exit status.
using Action = std::function<int()>;

/// Each adds its subcommand to `app` and sets `action` if the user chose it.
void add_run(CLI::App &app, Action &action);
void add_doctor(CLI::App &app, Action &action);

} // namespace unwedge::cli
