// SPDX-License-Identifier: GPL-2.0-only
#include "cli/trial_options.h"

#include "cli/options.h"

#include <CLI/CLI.hpp>

namespace unwedge::cli {

using namespace std::chrono_literals;

void add_trials(CLI::App &command, gate::TrialOptions &options, const std::string &folder) {
    options.folder = folder;
    command.add_option("--jobs", options.jobs, "run so many at once")
        ->type_name("N")
        ->check(CLI::Range(1U, 1000U))
        ->default_str("1");
    add_duration(command, "--timeout", 1ms, "a run that takes longer hangs: it is diagnosed, then ended",
                 "10m", [&options](Nanos length) { options.timeout = length; });
    add_kill_after(command, options.kill_after);
    command.add_option("--dir", options.folder, "put what runs leave there: logs, diagnoses, recordings")
        ->type_name("DIR")
        ->default_str(folder);
    command.add_option("--known", options.known, "wedges that have names (default: unwedge-known.toml)")
        ->type_name("FILE");
    command.add_option("--json", options.json, "write the result to FILE")->type_name("FILE");
    one_at_a_time(command.add_option("--run-option", options.run_options,
                                     "hand WORD on to 'unwedge run'; once for each word"))
        ->type_name("WORD");
    command.add_option("CMD", options.argv,
                       "the command and its arguments"); // for --help: see cut_command()
}

} // namespace unwedge::cli
