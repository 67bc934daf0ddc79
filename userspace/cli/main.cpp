// SPDX-License-Identifier: GPL-2.0-only
#include "cli/commands.h"
#include "kernel/libbpf_log.h"
#include "report/text.h"
#include "session/exit_status.h"
#include "util/fd.h"
#include "util/log.h"

#include <CLI/CLI.hpp>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

namespace {

using Words = std::vector<std::string>;

/// Commands that stand in front of another one keep 2 for that one's own use (docs/design.md §6).
bool wraps_another(const Words &words) {
    constexpr std::array wrappers{"run", "gate", "flake", "compare"};
    return !words.empty() && std::ranges::find(wrappers, words.front()) != wrappers.end();
}

/// A standard stream that is closed must not become a file of ours: text for stderr would land in it. The
/// command finds it closed all the same.
std::vector<unwedge::Fd> occupy_standard_streams() {
    std::vector<unwedge::Fd> occupied;
    for (unwedge::Fd fd;
         (fd = unwedge::Fd(::open("/dev/null", O_RDWR | O_CLOEXEC))) && fd.get() <= STDERR_FILENO;)
        occupied.push_back(std::move(fd));
    return occupied;
}

/// By its file, or by who calls it: sudo sets the real ids, too.
bool is_setuid() {
    return ::getuid() != ::geteuid() || ::getgid() != ::getegid();
}

/// CLI11's messages in one line, with the way to more.
std::string one_line(std::string text) {
    std::replace(text.begin(), text.end(), '\n', ' ');
    return unwedge::report::printable(text) + " (see unwedge --help)";
}

} // namespace

int main(int argc, char **argv) {
    const std::vector<unwedge::Fd> occupied = occupy_standard_streams();
    unwedge::log_to_stderr(false);
    unwedge::kernel::log_libbpf();
    CLI::App app(
        "Names the actor of a multi-process run that stopped consuming, who only waits on it, and how "
        "it knows.",
        "unwedge");
    app.set_version_flag("--version", "unwedge " UNWEDGE_VERSION);
    app.require_subcommand(0, 1); // one too few is told below, where CLI11 has told of unknown words
    unwedge::cli::Action action;
    Words words(argv + std::min(argc, 1), argv + argc);
    Words command;
    unwedge::cli::add_run(app, command, action);
    unwedge::cli::add_attach(app, action);
    unwedge::cli::add_triage(app, action);
    unwedge::cli::add_report(app, action);
    unwedge::cli::add_merge(app, action);
    unwedge::cli::add_reap(app, action);
    unwedge::cli::add_gate(app, command, action);
    unwedge::cli::add_flake(app, command, action);
    unwedge::cli::add_compare(app, command, action);
    unwedge::cli::add_doctor(app, action);
    const int usage_error = wraps_another(words) ? unwedge::session::exit_failed : 2;
    if (is_setuid()) {
        spdlog::error("refuses to run setuid or setgid: who calls it would have all that its owner may; "
                      "use sudo, or the file capabilities that 'unwedge doctor' names");
        return usage_error;
    }
    if (wraps_another(words))
        command = unwedge::cli::cut_command(*app.get_subcommand(words.front()), words);
    try {
        std::reverse(words.begin(), words.end()); // as CLI11 wants them
        app.parse(std::move(words));
    } catch (const CLI::Success &asked_for_help) {
        return app.exit(asked_for_help);
    } catch (const CLI::ParseError &error) {
        spdlog::error("{}", one_line(error.what()));
        return usage_error;
    }
    if (action)
        return action();
    spdlog::error(
        "{}",
        one_line(
            "a command is wanted: run, attach, triage, report, merge, reap, gate, flake, compare or doctor"));
    return usage_error;
}
