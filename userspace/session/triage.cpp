// SPDX-License-Identifier: GPL-2.0-only
#include "session/triage.h"

#include "procfs/command_line.h"
#include "procfs/own_proc.h"
#include "report/json.h"
#include "report/text.h"
#include "session/actors.h"
#include "session/console.h"
#include "session/exit_status.h"
#include "session/output_file.h"
#include "session/profile_file.h"
#include "session/report_context.h"
#include "session/start_watching.h"
#include "session/waiting.h"
#include "stacks/stacks.h"
#include "util/log.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <thread>
#include <utility>

namespace unwedge::session {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t most_stacks = 64; ///< threads of one process

WatchSettings settings_for(const TriageOptions &options) {
    WatchSettings settings;
    settings.level = kernel::Level::sample;
    settings.policy.stall_after = options.window - options.window / 10; // from the first look to the last
    settings.policy.suspects_at_once = true;
    settings.no_bpf = options.no_bpf;
    return settings;
}

/// Who is looked at, each with all that comes from it; an Error if there is nobody.
Result<std::vector<facts::Pid>> roots(const TriageOptions &options, const procfs::Proc &proc) {
    const Result<procfs::ProcessTable> table = procfs::read_processes(proc);
    if (!table)
        return table.error();
    std::vector<facts::Pid> pids = options.pids;
    if (options.match) {
        pids = procfs::matching(*options.match, *table, proc);
        std::erase(pids, ::getpid());
        if (pids.empty() && options.pids.empty())
            return Error{"no process matches", ESRCH};
        pids.insert(pids.end(), options.pids.begin(), options.pids.end());
    }
    for (const auto &[pid, stat] : *table)
        if (options.all && !stat.kernel_thread && pid != ::getpid())
            pids.push_back(pid);
    return pids;
}

/// The threads of everybody who is accused.
std::vector<stacks::ThreadId> accused_threads(const report::Context &context) {
    std::vector<stacks::ThreadId> threads;
    for (const diagnosis::Verdict &verdict : context.diagnosis.verdicts) {
        if (verdict.role != diagnosis::Role::culprit)
            continue;
        const std::vector<facts::Thread> &all = context.snapshot.actors.at(verdict.pid).threads;
        for (std::size_t i = 0; i < std::min(all.size(), most_stacks); ++i)
            threads.push_back({verdict.pid, all[i].tid});
    }
    return threads;
}

/// Looks at them for as long as the window is, and a bit longer if the last look needs that.
Result<Look> look_for(Nanos window, const WatchSettings &settings, Watcher &watcher) {
    const Nanos end = monotonic_now() + window;
    Nanos last = end;
    for (Nanos now = monotonic_now(); now < last; now = monotonic_now()) {
        watcher.drain_events();
        if (Result<std::optional<Look>> taken = watcher.tick(now); !taken)
            return taken.error();
        last = std::max(end, watcher.last_look().value_or(now) + settings.policy.look_distance);
        wait_for_news(-1, watcher, std::min(watcher.next_tick(), last));
    }
    watcher.drain_events();
    return watcher.look(diagnosis::Outlook::last_look);
}

Result<report::Context> triage_once(const TriageOptions &options, const procfs::Proc &proc,
                                    const profiles::Profiles &profiles) {
    const Result<std::vector<facts::Pid>> pids = roots(options, proc);
    if (!pids)
        return pids.error();
    const WatchSettings settings = settings_for(options);
    const Result<std::unique_ptr<Watcher>> watcher = start_watching(settings, profiles, true);
    if (!watcher)
        return watcher.error();
    if (Result<void> attached = (*watcher)->attach(*pids); !attached)
        return attached.error();
    if (Result<void> found = require_members((*watcher)->tree(), options.pids); !found)
        return found.error();
    const Nanos begin = monotonic_now();
    Result<Look> look = look_for(options.window, settings, **watcher);
    if (!look)
        return look.error();
    report::Context context = context_of(std::move(*look), (*watcher)->means(), begin);
    if (options.all)
        context.trees = report::trees_of(context.snapshot, context.diagnosis);
    if (options.stacks)
        context.stacks = stacks::collect(proc, accused_threads(context));
    return context;
}

/// The report, or in its place the diagnosis, to stdout; the diagnosis to the file that was asked for.
Result<void> tell(const report::Context &context, bool json_to_stdout,
                  const std::optional<OutputFile> &json) {
    Result<void> told =
        write_stdout(json_to_stdout ? report::to_json(context) : report::to_text(context, stdout_style()));
    if (!told || !json)
        return told;
    return json->write(report::to_json(context));
}

} // namespace

int triage(const TriageOptions &options) {
    log_to_stderr(options.verbose);
    Result<procfs::Proc> proc = procfs::own_proc();
    if (!proc)
        return fail(proc.error(), exit_look_failed);
    const Result<std::optional<Identity>> caller = command_identity(std::nullopt);
    if (!caller)
        return fail(caller.error(), exit_look_failed);
    Result<profiles::Profiles> profiles = load_profiles(options.profiles, *caller);
    if (!profiles)
        return fail(profiles.error(), exit_look_failed);
    const bool json_to_stdout = options.json == "-";
    const Result<std::optional<OutputFile>> json =
        open_json(json_to_stdout ? std::nullopt : options.json, *caller);
    if (!json)
        return fail(json.error(), exit_look_failed);
    for (;;) {
        const Result<report::Context> context = triage_once(options, *proc, *profiles);
        if (!context)
            return fail(context.error(), exit_look_failed);
        if (const Result<void> told = tell(*context, json_to_stdout, *json); !told)
            return fail(told.error(), exit_look_failed);
        if (!options.watch)
            return context->diagnosis.wedged() ? exit_wedged : 0;
        std::this_thread::sleep_for(*options.watch);
    }
}

} // namespace unwedge::session
