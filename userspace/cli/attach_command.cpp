// SPDX-License-Identifier: GPL-2.0-only
#include "cli/commands.h"
#include "cli/session_options.h"
#include "session/attach.h"

#include <CLI/CLI.hpp>

#include <memory>

namespace unwedge::cli {

void add_attach(CLI::App &app, Action &action) {
    auto options = std::make_shared<session::AttachOptions>();
    CLI::App *command = app.add_subcommand(
        "attach", "join a process tree that runs and report a wedge of it while it stands");
    command->footer(
        "It ends with the tree, or by Ctrl-C. Exit status: 0 nothing stands wedged then; 3 something "
        "does;\n124 the tree was ended for it; 1 it failed; 2 wrong usage. More: unwedge(1).");
    command->add_option("PID", options->pid, "the tree from this process down")
        ->required()
        ->check(CLI::PositiveNumber);
    add_session(*command, *options);
    command->callback([options, &action] {
        check_session(*options);
        action = [options] { return session::attach(*options); };
    });
}

} // namespace unwedge::cli
