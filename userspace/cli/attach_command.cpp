// SPDX-License-Identifier: GPL-2.0-only
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/watch_options.h"
#include "session/attach.h"

#include <CLI/CLI.hpp>

#include <memory>
#include <string>

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
    add_watching(*command, options->watch);
    add_responses(*command, options->on_wedge, options->grace);
    add_duration(*command, "--kill-after", Nanos{}, "time between SIGTERM and SIGKILL", "10s",
                 [options](Nanos length) { options->kill_after = length; });
    command->add_option("--json", options->json, "write the diagnosis (unwedge.diagnosis/1) to FILE")
        ->type_name("FILE");
    command
        ->add_option("--profiles", options->profiles,
                     "name actors by the rules in FILE, before the built-in ones")
        ->type_name("FILE");
    command->add_flag("-q,--quiet", options->quiet, "no reports on stderr");
    command->add_flag("-v,--verbose", options->verbose, "say what is being done");
    command->callback([options, &action] {
        check_watching(options->watch);
        check_responses(options->on_wedge, options->grace);
        action = [options] { return session::attach(*options); };
    });
}

} // namespace unwedge::cli
