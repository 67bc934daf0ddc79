// SPDX-License-Identifier: GPL-2.0-only
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/trial_options.h"
#include "cli/wrapper_help.h"
#include "gate/flake.h"

#include <CLI/CLI.hpp>

#include <memory>
#include <string>

namespace unwedge::cli {

using namespace std::chrono_literals;

void add_flake(CLI::App &app, const std::vector<std::string> &argv, Action &action) {
    auto options = std::make_shared<gate::FlakeOptions>();
    CLI::App *command =
        app.add_subcommand("flake", "run CMD again and again and tell how often it fails and hangs");
    command->formatter(std::make_shared<WrapperHelp>());
    command->footer(
        "TIME is a number with ms, s, m or h; seconds where there is no unit.\n"
        "Exit status: 0 all passed; 1 some failed or hung; 125 CMD can't be run, or unwedge itself "
        "failed.\n"
        "More: unwedge(1).");
    command->add_option("-n,--runs", options->runs, "run it so often")
        ->type_name("N")
        ->check(CLI::Range(std::size_t{1}, gate::most_runs))
        ->default_str("3");
    command->add_flag("--until-hang", options->until_hang,
                      "until it hangs for the first time; with -n at most so often");
    add_duration(*command, "--for", 1ms, "begin runs for so long; with -n at most so many", "",
                 [options](Nanos length) { options->lasting = length; });
    CLI::Option *provoke =
        command
            ->add_option("--provoke", options->provoke,
                         "hand this on to 'unwedge run' for one run of each two, and tell both rates")
            ->type_name("SPEC");
    command->add_option("--seed", options->seed, "of the first provoked run, one more for each that follows")
        ->type_name("N")
        ->needs(provoke);
    add_trials(*command, *options, "unwedge-flake");
    command->callback([options, &argv, &action] {
        if (argv.empty())
            throw CLI::RequiredError("CMD");
        options->argv = argv;
        action = [options] { return gate::flake(*options); };
    });
}

} // namespace unwedge::cli
