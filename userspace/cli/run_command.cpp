// SPDX-License-Identifier: GPL-2.0-only
#include "cli/commands.h"
#include "cli/options.h"
#include "session/run.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>

namespace unwedge::cli {
namespace {

using namespace std::chrono_literals;

void add_thresholds(CLI::App &command, session::RunOptions &options) {
    auto &watch = options.watch;
    add_duration(command, "--stall-after", 100ms, "unread and nothing consumed for so long is a stall", "3s",
                 [&](Nanos length) { watch.policy.stall_after = length; });
    add_duration(
        command, "--busy-after", 100ms,
        "patience with an actor that uses CPU, or that a timer will wake, before it counts as wedged", "30s",
        [&](Nanos length) { watch.policy.busy_after = length; });
    add_duration(command, "--every", 10ms, "how often the sockets are looked at", "100ms", [&](Nanos length) {
        watch.every = length;
        watch.policy.sweep = length;
    });
}

void add_limits(CLI::App &command, session::RunOptions &options) {
    add_duration(command, "--timeout", 1ms, "after so long collect a diagnosis, then end the tree; exit 124",
                 "", [&](Nanos length) { options.timeout = length; });
    add_duration(command, "--kill-after", 0ms, "time between SIGTERM and SIGKILL", "10s",
                 [&](Nanos length) { options.kill_after = length; });
}

void add_responses(CLI::App &command, session::RunOptions &options) {
    auto add = [&options](const std::vector<std::string> &words) {
        for (const std::string &word : words)
            if (Result<void> done = session::add_response(options.on_wedge, word); !done)
                throw CLI::ValidationError("--on-wedge", done.error().message);
    };
    command
        .add_option_function<std::vector<std::string>>(
            "--on-wedge", add,
            "report: no more than that; exec:PROG: run PROG once, with the pids and the diagnosis in its "
            "environment; kill: end the tree, exit 124. May be given twice: exec:PROG, then kill")
        ->type_name("report|kill|exec:PROG")
        ->default_str("report")
        ->expected(1)
        ->allow_extra_args(false)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    add_duration(command, "--grace", 0ms,
                 "how long a confirmed wedge must stand until --on-wedge kill ends it, and PROG may run",
                 "10s", [&](Nanos length) { options.grace = length; });
}

void add_output(CLI::App &command, session::RunOptions &options) {
    command
        .add_option_function<std::string>(
            "--json",
            [&options](const std::string &file) {
                if (file == "-")
                    throw CLI::ValidationError("--json", "'-' is refused: stdout belongs to the command");
                options.json = file;
            },
            "write the diagnosis (unwedge.diagnosis/1) to FILE")
        ->type_name("FILE");
    command
        .add_option("--profiles", options.profiles,
                    "name actors by the rules in FILE, before the built-in ones")
        ->type_name("FILE");
    command.add_flag("--no-bpf", options.no_bpf,
                     "watch from /proc alone, as it is done anyway where BPF is refused");
    command.add_flag("-q,--quiet", options.quiet, "no reports on stderr");
    command.add_flag("-v,--verbose", options.verbose, "say what is being done");
}

/// CLI11 writes "[OPTIONS] [CMD...]"; people need to see where the two dashes go.
class RunHelp : public CLI::Formatter {
  public:
    std::string make_usage(const CLI::App *, std::string) const override {
        return "Usage: unwedge run [OPTIONS] -- CMD [ARG...]\n";
    }
    std::string make_positionals(const CLI::App *) const override { return ""; }
};

void check(const session::RunOptions &options) {
    if (options.watch.every > options.watch.policy.stall_after / 2)
        throw CLI::ValidationError("--every", "must be at most half of --stall-after");
    if (options.hooks.contains(kernel::Hook::arrival) && options.watch.level != kernel::Level::full)
        throw CLI::ValidationError("--hooks", "arrival is observed by --level full only");
    if (options.no_bpf && !options.hooks.empty())
        throw CLI::ExcludesError("--no-bpf", "--hooks");
    if (options.on_wedge.program && options.grace == 0s)
        throw CLI::ValidationError("--grace", "the program of --on-wedge needs some time");
}

} // namespace

const CLI::App &add_run(CLI::App &app, const std::vector<std::string> &argv, Action &action) {
    auto options = std::make_shared<session::RunOptions>();
    CLI::App *command =
        app.add_subcommand("run", "run CMD and report a wedge of its process tree while it stands");
    command->formatter(std::make_shared<RunHelp>());
    command->footer("TIME is a number with ms, s, m or h; seconds where there is no unit.\n"
                    "Exit status: CMD's own; 124 ended for a hang; 125 unwedge itself failed; 126 CMD can't "
                    "be executed;\n"
                    "127 CMD not found; 128+N ended by signal N. More: unwedge(1).");
    auto choose_level = [options](const std::string &word) {
        constexpr std::array levels{kernel::Level::sample, kernel::Level::trace, kernel::Level::full};
        const auto *const level =
            std::ranges::find(levels, word, [](kernel::Level one) { return name(one); });
        if (level == levels.end())
            throw CLI::ValidationError("--level", fmt::format("'{}' is not sample, trace or full", word));
        options->watch.level = *level;
    };
    command
        ->add_option_function<std::string>(
            "--level", choose_level,
            "sample: no hook on any message; trace: messages are counted; full: and timed")
        ->type_name("sample|trace|full")
        ->default_str("trace");
    command
        ->add_option_function<std::string>(
            "--hooks",
            [options](const std::string &text) {
                Result<kernel::HookWishes> wishes = kernel::parse_wishes(text);
                if (!wishes)
                    throw CLI::ValidationError("--hooks", wishes.error().message);
                options->hooks = std::move(*wishes);
            },
            "choose how hooks are attached: receive, send, arrival, park; doctor lists what there is")
        ->type_name("HOOK=HOW,...");
    add_thresholds(*command, *options);
    add_limits(*command, *options);
    add_responses(*command, *options);
    command->add_option("--user", options->user, "run CMD as this user (default: who called sudo)")
        ->type_name("USER");
    add_output(*command, *options);
    command->add_option("CMD", options->argv,
                        "the command and its arguments"); // for --help: see cut_command()
    command->callback([options, &argv, &action] {
        if (argv.empty())
            throw CLI::RequiredError("CMD");
        options->argv = argv;
        check(*options);
        action = [options] { return session::run(*options); };
    });
    return *command;
}

std::vector<std::string> cut_command(const CLI::App &run, std::vector<std::string> &words) {
    auto word = words.begin() + 1;
    while (word != words.end() && word->starts_with('-') && *word != "--") {
        const CLI::Option *option = run.get_option_no_throw(*word++);
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
