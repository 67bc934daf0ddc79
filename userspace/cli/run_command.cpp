// SPDX-License-Identifier: GPL-2.0-only
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/session_options.h"
#include "session/run.h"

#include <CLI/CLI.hpp>

#include <memory>
#include <string>

namespace unwedge::cli {
namespace {

using namespace std::chrono_literals;

/// CLI11 writes "[OPTIONS] [CMD...]"; people need to see where the two dashes go.
class RunHelp : public CLI::Formatter {
  public:
    std::string make_usage(const CLI::App *, std::string) const override {
        return "Usage: unwedge run [OPTIONS] -- CMD [ARG...]\n";
    }
    std::string make_positionals(const CLI::App *) const override { return ""; }
};

} // namespace

void add_run(CLI::App &app, const std::vector<std::string> &argv, Action &action) {
    auto options = std::make_shared<session::RunOptions>();
    CLI::App *command =
        app.add_subcommand("run", "run CMD and report a wedge of its process tree while it stands");
    command->formatter(std::make_shared<RunHelp>());
    command->footer("TIME is a number with ms, s, m or h; seconds where there is no unit.\n"
                    "Exit status: CMD's own; 124 ended for a hang; 125 unwedge itself failed; 126 CMD can't "
                    "be executed;\n"
                    "127 CMD not found; 128+N ended by signal N. More: unwedge(1).");
    add_duration(*command, "--timeout", 1ms, "after so long collect a diagnosis, then end the tree; exit 124",
                 "", [options](Nanos length) { options->timeout = length; });
    add_session(*command, *options);
    command->add_option("--user", options->user, "run CMD as this user (default: who called sudo)")
        ->type_name("USER");
    command->add_flag("--no-new-privs", options->no_new_privs,
                      "CMD can't gain privileges: no setuid program, nor sudo, works for it");
    command->add_option("CMD", options->argv,
                        "the command and its arguments"); // for --help: see cut_command()
    command->callback([options, &argv, &action] {
        if (argv.empty())
            throw CLI::RequiredError("CMD");
        options->argv = argv;
        check_session(*options);
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
