// SPDX-License-Identifier: GPL-2.0-only
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/wrapper_help.h"
#include "gate/gate.h"

#include <CLI/CLI.hpp>

#include <memory>
#include <string>
#include <utility>

namespace unwedge::cli {
namespace {

using namespace std::chrono_literals;

void add_suites(CLI::App &command, gate::GateOptions &options) {
    command.add_option("-f,--file", options.file, "suites, and how they are run, as TOML: docs/gate.md")
        ->type_name("FILE");
    one_at_a_time(command.add_option("--pytest", options.pytest,
                                     "each file that the pattern matches is a suite for pytest"))
        ->type_name("GLOB");
    command.add_option("--ctest", options.ctest, "each test of this build folder is a suite")
        ->type_name("DIR");
    add_match(command, "only suites whose names match this extended regular expression", options.tests);
    command.add_flag("-l,--list", options.lists, "only say which suites there are");
}

void add_limits(CLI::App &command, gate::GateOptions &options) {
    add_duration(command, "--timeout", 1ms, "for each suite: then it counts as hung", "10m",
                 [&options](Nanos length) { options.timeout = length; });
    add_duration(command, "--kill-after", 0ms, "from SIGTERM to SIGKILL", "10s",
                 [&options](Nanos length) { options.kill_after = length; });
    command.add_option("--retries-on-hang", options.retries_on_hang, "so many more tries of what hung")
        ->type_name("N")
        ->check(CLI::Range(0U, 100U))
        ->default_str("1");
    command
        .add_option("--retries-on-failure", options.retries_on_failure, "so many more tries of what failed")
        ->type_name("N")
        ->check(CLI::Range(0U, 100U))
        ->default_str("0");
    command.add_flag("--fail-fast", options.fail_fast, "run nothing after what failed");
    command.add_flag("--strict", options.rules.strict, "what hung and then passed fails the gate, too");
}

void add_run_options(CLI::App &command, gate::GateOptions &options) {
    command.add_option("--known", options.known, "known wedges, as TOML: docs/gate.md")->type_name("FILE");
    command.add_flag("--allow-known", options.rules.allow_known,
                     "what hangs by a known wedge only does not fail the gate");
    one_at_a_time(
        command.add_option("--expect", options.expectations, "of each suite, as 'unwedge run' takes it"))
        ->type_name("WHAT");
    one_at_a_time(command.add_option("--run-option", options.run_options,
                                     "a further word for 'unwedge run': --run-option=--level=full"))
        ->type_name("WORD");
    command.add_option("--dir", options.folder, "folder for what suites print, and for recordings")
        ->type_name("DIR")
        ->default_str("unwedge-gate");
    command.add_flag("!--no-capture", options.captures, "what suites print goes where this does");
}

void add_results(CLI::App &command, gate::GateOptions &options) {
    command.add_option("--junit", options.junit, "write the results as JUnit XML")->type_name("FILE");
    command.add_option("--json", options.json, "write the results as JSON (unwedge.gate/1)")
        ->type_name("FILE");
    command.add_option("--summary", options.summary, "write them as Markdown: \"$GITHUB_STEP_SUMMARY\"")
        ->type_name("FILE");
}

} // namespace

void add_gate(CLI::App &app, const std::vector<std::string> &argv, Action &action) {
    auto options = std::make_shared<gate::GateOptions>();
    CLI::App *command = app.add_subcommand(
        "gate", "run test suites one by one, each under a time limit; say what hung, and why");
    command->formatter(std::make_shared<WrapperHelp>("[-- CMD [ARG...]]"));
    command->footer("Exit status: 0 nothing failed or hung for good; 1 something did; 125 unwedge itself "
                    "failed;\n128+N interrupted by signal N. More: unwedge(1).");
    add_suites(*command, *options);
    add_limits(*command, *options);
    add_run_options(*command, *options);
    add_results(*command, *options);
    command->callback([options, &argv, &action] {
        options->argv = argv;
        if (argv.empty() && !options->file && options->pytest.empty() && !options->ctest)
            throw CLI::RequiredError("CMD, --file, --pytest or --ctest");
        action = [options] { return gate::gate(*options); };
    });
}

} // namespace unwedge::cli
