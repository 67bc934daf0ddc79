// SPDX-License-Identifier: GPL-2.0-only
#include "session/start_watching.h"

#include "kernel/hook_plan.h"
#include "kernel/privilege.h"
#include "procfs/own_proc.h"
#include "session/bpf_watcher.h"
#include "session/procfs_watcher.h"
#include "util/log.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

namespace unwedge::session {
namespace {

using namespace std::chrono_literals;

std::map<std::string, std::string> mechanisms(const kernel::HookPlan &plan, const WatchSettings &settings) {
    std::map<std::string, std::string> hooks;
    for (const kernel::HookChoice &choice : plan.choices)
        hooks[std::string(name(choice.hook))] = choice.mechanism();
    if (settings.level == kernel::Level::sample) {
        if (!settings.policy.suspects_at_once)
            hooks["receive"] = "off"; // but for a while, when something is suspected
        hooks["send"] = "off";
        hooks["park"] = plan.of(kernel::Hook::park).works() ? "sampled" : "off";
    }
    return hooks;
}

void log_plan(const kernel::HookPlan &plan) {
    for (const kernel::HookChoice &choice : plan.choices)
        spdlog::info("hook {}: {}", name(choice.hook), choice.mechanism());
}

Result<kernel::Tracer> start_tracer(const kernel::HookPlan &plan, const WatchSettings &watch) {
    constexpr int sweeps_that_may_fail_to_come = 10;
    const std::uint32_t records = std::bit_ceil(watch.history);
    return kernel::Tracer::start(
        plan, {.level = watch.level,
               .stall_after = watch.policy.stall_after,
               .sweep_gap = std::max(Nanos(2s), sweeps_that_may_fail_to_come * watch.every),
               .flights = static_cast<std::uint32_t>(watch.history_memory / kernel::flight_size(records)),
               .flight_records = records,
               .ring_size = watch.ring_size,
               .calls = watch.calls});
}

/// What the user has chosen; and what his level has no use for is not even tried.
kernel::HookWishes wishes_of(const WatchSettings &settings) {
    kernel::HookWishes wishes = settings.hooks;
    if (settings.level != kernel::Level::full)
        wishes.try_emplace(kernel::Hook::arrival, "off");
    if (settings.level == kernel::Level::sample) {
        wishes.try_emplace(kernel::Hook::send, "off");
        wishes.try_emplace(kernel::Hook::park, "sampled");
    }
    return wishes;
}

/// Never one that shows other processes under the numbers of ours.
procfs::Proc readable_proc() {
    Result<procfs::Proc> proc = procfs::own_proc();
    if (proc)
        return std::move(*proc);
    spdlog::warn("{}; descriptors and epoll sets stay unknown, and verdicts that need them inconclusive",
                 proc.error().message);
    return procfs::Proc::none();
}

Result<std::unique_ptr<Watcher>> start_bpf(const WatchSettings &settings, const profiles::Profiles &profiles,
                                           kernel::Probing probing) {
    Result<kernel::HookPlan> plan = kernel::probe_hooks(wishes_of(settings), probing);
    if (!plan)
        return plan.error();
    if (Result<void> able = plan->require_the_needed(); !able)
        return able.error();
    Result<kernel::Tracer> tracer = start_tracer(*plan, settings);
    if (!tracer)
        return tracer.error();
    log_plan(*plan);
    return std::unique_ptr<Watcher>(std::make_unique<BpfWatcher>(
        std::move(*tracer), readable_proc(), settings, profiles, mechanisms(*plan, settings)));
}

/// The quick way, if it leads there. Level sample attaches the receive hook in the middle of the run: that
/// this will work has to be known before.
Result<std::unique_ptr<Watcher>> start_bpf(const WatchSettings &settings,
                                           const profiles::Profiles &profiles) {
    if (Result<void> able = kernel::require_capabilities(); !able)
        return able.error();
    if (settings.level != kernel::Level::sample)
        if (auto watcher = start_bpf(settings, profiles, kernel::Probing::first_that_loads))
            return watcher;
    return start_bpf(settings, profiles, kernel::Probing::first_that_works);
}

Result<std::unique_ptr<Watcher>> start_procfs(const WatchSettings &settings,
                                              const profiles::Profiles &profiles) {
    Result<procfs::Proc> proc = procfs::own_proc();
    if (!proc)
        return proc.error();
    return std::unique_ptr<Watcher>(std::make_unique<ProcfsWatcher>(std::move(*proc), settings, profiles));
}

} // namespace

Result<std::unique_ptr<Watcher>> start_watching(const WatchSettings &settings,
                                                const profiles::Profiles &profiles, bool quiet) {
    if (settings.no_bpf && settings.needs_bpf)
        return Error{fmt::format("{} needs BPF, which --no-bpf rules out", *settings.needs_bpf), 0};
    if (settings.no_bpf)
        return start_procfs(settings, profiles);
    Result<std::unique_ptr<Watcher>> watcher = start_bpf(settings, profiles);
    if (watcher || !settings.hooks.empty())
        return watcher;
    if (settings.needs_bpf)
        return Error{fmt::format("{} needs BPF: {}", *settings.needs_bpf, watcher.error().message),
                     watcher.error().code};
    Result<std::unique_ptr<Watcher>> lesser = start_procfs(settings, profiles);
    if (!lesser)
        return Error{fmt::format("{}; nor can it be watched without BPF: {}", watcher.error().message,
                                 lesser.error().message),
                     watcher.error().code};
    spdlog::log(quiet ? spdlog::level::info : spdlog::level::warn,
                "without BPF, from /proc alone, which sees less: {}", watcher.error().message);
    return lesser;
}

} // namespace unwedge::session
