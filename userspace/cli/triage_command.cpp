// SPDX-License-Identifier: GPL-2.0-only
#include "cli/commands.h"
#include "cli/options.h"
#include "session/triage.h"

#include <CLI/CLI.hpp>

#include <memory>
#include <string>

namespace unwedge::cli {

using namespace std::chrono_literals;

void add_triage(CLI::App &app, Action &action) {
    auto options = std::make_shared<session::TriageOptions>();
    CLI::App *command =
        app.add_subcommand("triage", "look at what already runs and tell what is wedged, with any privilege");
    command->footer("Exit status: 0 nothing is wedged; 3 something is; 1 it failed; 2 wrong usage.\n"
                    "More: unwedge(1).");
    command->add_option("PID", options->pids, "processes, each with all that comes from it")
        ->check(CLI::PositiveNumber);
    add_match(*command, "and processes whose command lines match this extended regular expression",
              options->match);
    CLI::Option *all = command->add_flag("--all", options->all, "all processes of this host");
    add_duration(*command, "--window", 1s, "how long to look", "2s",
                 [options](Nanos length) { options->window = length; });
    add_duration(*command, "--watch", 0ms, "look again so long after each report, until interrupted", "",
                 [options](Nanos pause) { options->watch = pause; });
    command
        ->add_option("--json", options->json,
                     "write the diagnosis (unwedge.diagnosis/1) to FILE; '-': to stdout, and no report")
        ->type_name("FILE");
    add_profiles(*command, options->profiles);
    command->add_flag("--stacks", options->stacks,
                      "call stacks of those who are accused; may stop a thread for a moment");
    command->add_flag("--no-bpf", options->no_bpf,
                      "look from /proc alone, as it is done anyway where BPF is refused");
    command->add_flag("-v,--verbose", options->verbose, "say what is being done");
    command->callback([options, all, &action] {
        const bool some = !options->pids.empty() || options->match;
        if (!some && !options->all)
            throw CLI::RequiredError("PID, --match or --all");
        if (some && options->all)
            throw CLI::ExcludesError(all->get_name(), "PID and --match");
        action = [options] { return session::triage(*options); };
    });
}

} // namespace unwedge::cli
