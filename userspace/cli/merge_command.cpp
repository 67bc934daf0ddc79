// SPDX-License-Identifier: GPL-2.0-only
#include "session/merge_command.h"
#include "cli/commands.h"

#include <CLI/CLI.hpp>

#include <memory>

namespace unwedge::cli {

void add_merge(CLI::App &app, Action &action) {
    auto options = std::make_shared<session::MergeOptions>();
    CLI::App *command = app.add_subcommand("merge", "make one recording of several hosts' or several runs'");
    command->footer("Connections between them are joined and clocks aligned, so that the report says who "
                    "waits on whom across hosts.\n"
                    "Exit status: 0; 1 one can't be read, or the new one not written; 2 wrong usage, or they "
                    "were recorded\nwith other thresholds. More: unwedge(1).");
    command->add_option("FILE", options->files, "what run or attach --record has written, two at least")
        ->required();
    command
        ->add_option("-o,--output", options->output,
                     "write the recording to FILE.unwedge, or into a folder, named by the time")
        ->type_name("FILE|DIR")
        ->required();
    command->callback([options, &action] {
        if (options->files.size() < 2)
            throw CLI::RequiredError("a second FILE");
        action = [options] { return session::merge(*options); };
    });
}

} // namespace unwedge::cli
