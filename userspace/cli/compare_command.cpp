// SPDX-License-Identifier: GPL-2.0-only
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/trial_options.h"
#include "cli/wrapper_help.h"
#include "gate/compare.h"

#include <CLI/CLI.hpp>

#include <memory>
#include <string>

namespace unwedge::cli {

void add_compare(CLI::App &app, const std::vector<std::string> &argv, Action &action) {
    auto options = std::make_shared<gate::CompareOptions>();
    CLI::App *command =
        app.add_subcommand("compare", "run CMD at a baseline and at the working tree: a regression?");
    command->formatter(std::make_shared<WrapperHelp>());
    command->footer("Exit status: 0 pre-existing, or no regression; 1 regression; 3 no evidence yet, or the "
                    "baseline can't run;\n"
                    "125 unwedge itself failed, or was interrupted. More: unwedge(1).");
    command->add_option("--baseline", options->revision, "the commit to compare with")
        ->type_name("REV")
        ->required();
    one_at_a_time(
        command->add_option("--only", options->only,
                            "the baseline is the working tree with PATH as it was; may be given again"))
        ->type_name("PATH");
    command->add_option("--build", options->build, "first run this shell command on each side")
        ->type_name("SHELL");
    command->add_option("-n,--runs", options->runs, "run CMD so often on each side")
        ->type_name("N")
        ->check(CLI::Range(std::size_t{1}, gate::most_compared_runs))
        ->default_str("20");
    command
        ->add_option("--detect", options->detect,
                     "the rate that may not go unnoticed: as many clean runs as that takes are no regression")
        ->type_name("RATE")
        ->check(CLI::Range(0.001, 0.999))
        ->default_str("0.2");
    command->add_option("--seed", options->seed, "of the order of the runs")
        ->type_name("N")
        ->default_str("1");
    add_trials(*command, *options, "unwedge-compare");
    command->callback([options, &argv, &action] {
        if (argv.empty())
            throw CLI::RequiredError("CMD");
        options->argv = argv;
        action = [options] { return gate::compare(*options); };
    });
}

} // namespace unwedge::cli
