// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace unwedge::cli {

/// What a parsed command does; returns the exit status.
using Action = std::function<int()>;

/// Each adds its subcommand to `app` and sets `action` if the user chose it. `argv`: what cut_command()
/// gave.
void add_run(CLI::App &app, const std::vector<std::string> &argv, Action &action);
void add_attach(CLI::App &app, Action &action);
void add_compare(CLI::App &app, const std::vector<std::string> &argv, Action &action);
void add_doctor(CLI::App &app, Action &action);
void add_flake(CLI::App &app, const std::vector<std::string> &argv, Action &action);
void add_gate(CLI::App &app, const std::vector<std::string> &argv, Action &action);
void add_merge(CLI::App &app, Action &action);
void add_reap(CLI::App &app, Action &action);
void add_report(CLI::App &app, Action &action);
void add_triage(CLI::App &app, Action &action);

/// Takes the command to run off `words` (the name of `wrapper`, which runs it, and all that follows): it
/// begins behind "--", or at the first word that is neither an option nor its value. CLI11 must not see it:
/// it would take words like [a,b] apart.
std::vector<std::string> cut_command(const CLI::App &wrapper, std::vector<std::string> &words);

} // namespace unwedge::cli
