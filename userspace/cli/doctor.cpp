// SPDX-License-Identifier: GPL-2.0-only
#include "cli/commands.h"
#include "kernel/hook_plan.h"
#include "kernel/privilege.h"
#include "session/host.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cstdio>

namespace unwedge::cli {
namespace {

void print_capabilities(const std::vector<kernel::Capability> &missing) {
    for (const kernel::Capability &capability : missing)
        fmt::print("missing {}: {}\n", capability.name, capability.why);
    if (!missing.empty())
        fmt::print("  {}\n", kernel::remedy());
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
    const Result<kernel::HookPlan> plan = kernel::probe_hooks({}, kernel::Probing::all);
    if (!plan) {
        fmt::print("tier procfs: {}\n", plan.error().message);
        return 1;
    }
    const Result<void> needed = plan->require_the_needed();
    const bool able = missing.empty() && needed;
    fmt::print("tier {}\n", able              ? "bpf"
                            : missing.empty() ? "procfs: " + needed.error().message
                                              : "procfs, for lack of privilege");
    print_plan(*plan);
    return able ? 0 : 1;
}

} // namespace

void add_doctor(CLI::App &app, Action &action) {
    CLI::App *command = app.add_subcommand("doctor", "what this host allows, and which hooks are used");
    command->callback([&action] { action = doctor; });
}

} // namespace unwedge::cli
