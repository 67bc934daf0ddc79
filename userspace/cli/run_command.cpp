// SPDX-License-Identifier: GPL-2.0-only
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/provocations.h"
#include "cli/session_options.h"
#include "cli/wrapper_help.h"
#include "session/provocations.h"
#include "session/run.h"

#include <CLI/CLI.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace unwedge::cli {
namespace {

using namespace std::chrono_literals;

/// As they are given; what they mean is known once all options are.
struct Provoking {
    std::optional<std::string> spec;
    std::optional<std::uint64_t> seed;
};

void add_provoking(CLI::App &command, Provoking &provoking) {
    CLI::Option *spec = command
                            .add_option("--provoke", provoking.spec,
                                        "makes rare hangs less rare: parts with commas between, of "
                                        "cpu=N[@CPUS], pin[=CPUS], nice, affinity, stop[=NAME-GLOB][:TIME] "
                                        "or all")
                            ->type_name("SPEC");
    command.add_option("--seed", provoking.seed, "repeats what --provoke did in the run that printed it")
        ->type_name("N")
        ->check(CLI::Range(std::uint64_t{0}, provoke::most_seed))
        ->needs(spec);
}

/// Throws CLI::ValidationError.
void take_provoking(const Provoking &given, session::RunOptions &options) {
    if (!given.spec)
        return;
    Result<provoke::Spec> spec = parse_provocations(*given.spec, provoke::allowed_cpus());
    if (!spec)
        throw CLI::ValidationError("--provoke", spec.error().message);
    if (Result<void> done = limit_stops(*spec, options.watch.policy.stall_after); !done)
        throw CLI::ValidationError("--provoke", done.error().message);
    options.provoke = {.spec = std::move(*spec), .seed = given.seed ? *given.seed : session::drawn_seed()};
}

void add_expectations(CLI::App &command, session::Expected &expected) {
    auto add = [&expected](const std::vector<std::string> &specs) {
        for (const std::string &spec : specs) {
            Result<expect::Expectation> one = expect::parse(spec);
            if (!one)
                throw CLI::ValidationError("--expect", one.error().message);
            expected.given.push_back(std::move(*one));
        }
    };
    one_at_a_time(
        command.add_option_function<std::vector<std::string>>(
            "--expect", add,
            "exit 1 unless this holds of the run, too, and say what was seen instead; may be given many "
            "times: no-spawn, listen=:8080,within=5s, no-connect=outside, ... (unwedge(1) has them all)"))
        ->type_name("SPEC");
    command.add_option("--expect-file", expected.file, "the same for each in FILE: expect = [\"SPEC\", ...]")
        ->type_name("FILE");
}

} // namespace

void add_run(CLI::App &app, const std::vector<std::string> &argv, Action &action) {
    auto options = std::make_shared<session::RunOptions>();
    auto provoking = std::make_shared<Provoking>();
    CLI::App *command =
        app.add_subcommand("run", "run CMD and report a wedge of its process tree while it stands");
    command->formatter(std::make_shared<WrapperHelp>());
    command->footer("TIME is a number with ms, s, m or h; seconds where there is no unit.\n"
                    "Exit status: CMD's own; 124 ended for a hang; 125 unwedge itself failed; 126 CMD can't "
                    "be executed;\n"
                    "127 CMD not found; 128+N ended by signal N; 1 --expect did not hold. More: unwedge(1).");
    add_duration(*command, "--timeout", 1ms, "after so long collect a diagnosis, then end the tree; exit 124",
                 "", [options](Nanos length) { options->timeout = length; });
    add_session(*command, *options);
    add_provoking(*command, *provoking);
    command->add_option("--user", options->user, "run CMD as this user (default: who called sudo)")
        ->type_name("USER");
    command->add_flag("--no-new-privs", options->no_new_privs,
                      "CMD can't gain privileges: no setuid program, nor sudo, works for it");
    add_expectations(*command, options->expected);
    command->add_option("CMD", options->argv,
                        "the command and its arguments"); // for --help: see cut_command()
    command->callback([options, provoking, &argv, &action] {
        if (argv.empty())
            throw CLI::RequiredError("CMD");
        options->argv = argv;
        check_session(*options);
        take_provoking(*provoking, *options);
        action = [options] { return session::run(*options); };
    });
}

std::vector<std::string> cut_command(const CLI::App &wrapper, std::vector<std::string> &words) {
    auto word = words.begin() + 1;
    while (word != words.end() && word->starts_with('-') && *word != "--") {
        const CLI::Option *option = wrapper.get_option_no_throw(*word++);
        if (option && option->get_items_expected_max() > 0 && word != words.end())
            ++word;
    }
    const auto options_end = word;
    if (word != words.end() && *word == "--")
        ++word;
    std::vector<std::string> command(word, words.end());
    words.erase(options_end, words.end());
    return command;
}

} // namespace unwedge::cli
