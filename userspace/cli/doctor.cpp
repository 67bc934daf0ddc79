// SPDX-License-Identifier: GPL-2.0-only
#include "cli/commands.h"
#include "kernel/hook_plan.h"
#include "kernel/privilege.h"
#include "report/shell.h"
#include "report/text.h"
#include "session/host.h"
#include "session/limits.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

namespace unwedge::cli {
namespace {

bool needs_more(const std::vector<kernel::Capability> &missing) {
    return std::ranges::any_of(missing, &kernel::Capability::needed);
}

void print_capabilities(const std::vector<kernel::Capability> &missing) {
    for (const kernel::Capability &capability : missing)
        fmt::print("missing {}: {}\n", capability.name, capability.without);
    if (missing.empty())
        return;
    const std::vector<std::string> setcap = kernel::setcap_command();
    const bool helps = needs_more(missing) && !setcap.empty();
    fmt::print("  {}{}\n", kernel::remedy(), helps ? "; or let all who may execute it trace:" : "");
    if (helps)
        fmt::print("  $ {}\n", report::printable(report::shell_text(setcap)));
}

void print_plan(const kernel::HookPlan &plan) {
    fmt::print("hooks\n");
    for (const kernel::HookChoice &choice : plan.choices) {
        fmt::print("  {:<10} {}\n", name(choice.hook), choice.mechanism());
        for (const kernel::Candidate &candidate : choice.candidates)
            for (const kernel::Target &target : candidate.targets)
                fmt::print("             {} {}: {}\n", candidate.mechanism, target.name,
                           target.refused.empty() ? "works" : "refused: " + target.refused);
    }
}

int doctor() {
    const session::Host host = session::this_host();
    fmt::print("unwedge {} on {}, Linux {}\n", UNWEDGE_VERSION, host.name, host.kernel);
    const std::vector<kernel::Capability> missing = kernel::missing_capabilities();
    print_capabilities(missing);
    for (const std::string &limit : session::limits_of_proc(missing))
        fmt::print("limited by {}\n", limit);
    if (needs_more(missing)) {
        fmt::print("tier procfs, for lack of privilege\n");
        return 1;
    }
    const Result<kernel::HookPlan> plan = kernel::probe_hooks({}, kernel::Probing::all);
    if (!plan) {
        fmt::print("tier procfs: {}\n", plan.error().message);
        return 1;
    }
    const Result<void> able = plan->require_the_needed();
    fmt::print("tier {}\n", able ? "bpf" : "procfs: " + able.error().message);
    print_plan(*plan);
    return able ? 0 : 1;
}

} // namespace

void add_doctor(CLI::App &app, Action &action) {
    CLI::App *command = app.add_subcommand("doctor", "what this host allows, and which hooks are used");
    command->callback([&action] { action = doctor; });
}

} // namespace unwedge::cli
