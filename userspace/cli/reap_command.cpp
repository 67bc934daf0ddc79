// SPDX-License-Identifier: GPL-2.0-only
#include "cli/commands.h"
#include "cli/options.h"
#include "reap/reap.h"

#include <CLI/CLI.hpp>

#include <memory>
#include <string>

namespace unwedge::cli {

void add_reap(CLI::App &app, Action &action) {
    auto options = std::make_shared<reap::Options>();
    CLI::App *command =
        app.add_subcommand("reap", "end trees of processes: SIGTERM, children first, then SIGKILL");
    command->footer(
        "Never unwedge itself, its ancestors or pid 1. Exit status: 0 all has ended, or there was nothing;\n"
        "1 something is left or was refused; 2 wrong usage. More: unwedge(1).");
    command->add_option("PID", options->pids, "processes, each with all that comes from it")
        ->check(CLI::PositiveNumber);
    add_match(*command, "and processes whose command lines match this extended regular expression",
              options->match);
    add_kill_after(*command, options->kill_after);
    command->add_option("--max", options->max, "how many processes --match may end without --yes")
        ->type_name("N")
        ->default_str("64");
    command->add_flag("--yes", options->yes, "end as many as match");
    command->add_flag("-n,--dry-run", options->dry_run, "only say what would end");
    command->callback([options, &action] {
        if (options->pids.empty() && !options->match)
            throw CLI::RequiredError("PID or --match");
        action = [options] { return reap::reap(*options); };
    });
}

} // namespace unwedge::cli
