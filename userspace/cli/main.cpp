// SPDX-License-Identifier: GPL-2.0-only
#include "cli/commands.h"
#include "report/text.h"
#include "session/run.h"
#include "util/log.h"

#include <CLI/CLI.hpp>

#include <string>
#include <string_view>

namespace {

constexpr int usage_error = 2;

/// Commands that stand in front of another one keep 2 for that one's own use (docs/design.md §6).
int usage_error_of(int argc, char **argv) {
    const bool wraps = argc > 1 && std::string_view(argv[1]) == "run";
    return wraps ? unwedge::session::exit_failed : usage_error;
}

/// CLI11's messages in one line, with the way to more.
std::string one_line(const CLI::ParseError &error) {
    std::string text = error.what();
    for (char &byte : text)
        if (byte == '\n')
            byte = ' ';
    return unwedge::report::printable(text) + " (see unwedge --help)";
}

} // namespace

int main(int argc, char **argv) {
    unwedge::log_to_stderr(false);
    CLI::App app("Names the actor of a multi-process run that stopped consuming, who only waits on it, and how "
                 "it knows.",
                 "unwedge");
    app.set_version_flag("--version", "unwedge " UNWEDGE_VERSION);
    app.require_subcommand(1);
    unwedge::cli::Action action;
    unwedge::cli::add_run(app, action);
    unwedge::cli::add_doctor(app, action);
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success &asked_for_help) {
        return app.exit(asked_for_help);
    } catch (const CLI::ParseError &error) {
        spdlog::error("{}", one_line(error));
        return usage_error_of(argc, argv);
    }
    return action();
}
