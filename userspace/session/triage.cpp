// SPDX-License-Identifier: GPL-2.0-only
#include "session/triage.h"

#include "diagnosis/casebook.h"
#include "procfs/command_line.h"
#include "procfs/family.h"
#include "procfs/own_proc.h"
#include "profiles/namer.h"
#include "report/json.h"
#include "report/text.h"
#include "session/console.h"
#include "session/exit_status.h"
#include "session/host.h"
#include "session/json_file.h"
#include "session/procfs_source.h"
#include "session/profile_file.h"
#include "stacks/stacks.h"
#include "util/log.h"

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <thread>
#include <utility>

namespace unwedge::session {
namespace {

using namespace std::chrono_literals;

/// Looks between the first and the last: what happens between two of them is told by inference only, so the
/// closer they are the more is known.
constexpr Nanos look_distance = 450ms;
/// A look is given this share of the window's time at most.
constexpr int look_share = 4;
constexpr std::size_t most_stacks = 64; ///< threads of one process

diagnosis::Policy policy_for(Nanos window) {
    diagnosis::Policy policy;
    policy.stall_after = window - window / 10; // what stood still from the first look to the last
    policy.suspects_at_once = true;
    return policy;
}

/// Who is looked at.
class Selection {
  public:
    explicit Selection(const TriageOptions &options)
        : options_(options), family_(std::set<facts::Pid>{::getpid()}) {}

    /// An Error if there is nobody.
    Result<void> begin(const procfs::Proc &proc);
    /// Those who live now.
    Result<std::set<facts::Pid>> now(const procfs::Proc &proc);

  private:
    const TriageOptions &options_;
    procfs::Family family_;
};

Result<void> Selection::begin(const procfs::Proc &proc) {
    const Result<procfs::ProcessTable> table = procfs::read_processes(proc);
    if (!table)
        return table.error();
    for (const facts::Pid pid : options_.pids) {
        if (!table->contains(pid))
            return Error{fmt::format("there is no process {}", pid), ESRCH};
        family_.add(pid, *table);
    }
    if (!options_.match)
        return {};
    std::vector<facts::Pid> matching = procfs::matching(*options_.match, *table, proc);
    std::erase(matching, ::getpid());
    if (matching.empty())
        return Error{"no process matches", ESRCH};
    for (const facts::Pid pid : matching)
        family_.add(pid, *table);
    return {};
}

Result<std::set<facts::Pid>> Selection::now(const procfs::Proc &proc) {
    std::set<facts::Pid> pids;
    if (options_.all) { // and the source sorts out what is no process
        const Result<std::vector<facts::Pid>> all = proc.pids();
        if (!all)
            return all.error();
        pids.insert(all->begin(), all->end());
        pids.erase(::getpid());
        return pids;
    }
    const Result<procfs::ProcessTable> table = procfs::read_processes(proc);
    if (!table)
        return table.error();
    family_.grow(*table);
    const std::vector<facts::Pid> living = family_.living(*table);
    pids.insert(living.begin(), living.end());
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

class Triage {
  public:
    Triage(const TriageOptions &options, procfs::Proc proc, profiles::Profiles profiles)
        : options_(options), policy_(policy_for(options.window)),
          source_(std::move(proc), policy_, 2 * options.window), selection_(options),
          namer_(std::move(profiles)) {}

    Result<void> begin() { return selection_.begin(source_.proc()); }
    /// Looks for as long as the window is.
    Result<report::Context> look();

  private:
    Result<facts::Snapshot> snapshot();

    const TriageOptions &options_;
    diagnosis::Policy policy_;
    ProcfsSource source_;
    Selection selection_;
    Nanos first_look_ = monotonic_now();
    profiles::Namer namer_;
};

Result<facts::Snapshot> Triage::snapshot() {
    const Result<std::set<facts::Pid>> pids = selection_.now(source_.proc());
    if (!pids)
        return pids.error();
    Result<facts::Snapshot> snapshot = source_.look(*pids);
    if (snapshot)
        namer_.name(*snapshot);
    return snapshot;
}

Result<report::Context> Triage::look() {
    diagnosis::Casebook casebook(policy_);
    const Nanos begin = monotonic_now();
    const Nanos end = begin + options_.window;
    for (;;) {
        const Nanos now = monotonic_now();
        const bool is_last = now >= end;
        Result<facts::Snapshot> seen = snapshot();
        if (!seen)
            return seen.error();
        diagnosis::Diagnosis diagnosis =
            casebook.observe(*seen, is_last ? diagnosis::Outlook::last_look : diagnosis::Outlook::more_looks);
        if (is_last) {
            const Host host = this_host();
            report::Context context{.at = wall_clock_now(),
                                    .host = host.name,
                                    .kernel = host.kernel,
                                    .tier = "procfs",
                                    .level = {},
                                    .hooks = {},
                                    .command = {},
                                    .watched = monotonic_now() - first_look_,
                                    .snapshot = std::move(*seen),
                                    .diagnosis = std::move(diagnosis)};
            if (options_.all)
                context.trees = report::trees_of(context.snapshot, context.diagnosis);
            if (options_.stacks)
                context.stacks = stacks::collect(source_.proc(), accused_threads(context));
            return context;
        }
        const Nanos cost = monotonic_now() - now;
        const Nanos next = now + std::max(look_distance, look_share * cost);
        // The last one comes at the window's end, and none shortly before it.
        std::this_thread::sleep_until(std::chrono::steady_clock::time_point(
            std::chrono::duration_cast<std::chrono::steady_clock::duration>(
                next + look_distance > end ? std::max(end, now + look_distance) : next)));
    }
}

/// The report, or in its place the diagnosis, to stdout; the diagnosis to the file that was asked for.
Result<void> tell(const report::Context &context, bool json_to_stdout, const std::optional<JsonFile> &json) {
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
    Result<profiles::Profiles> profiles = load_profiles(options.profiles, std::nullopt);
    if (!profiles)
        return fail(profiles.error(), exit_look_failed);
    const bool json_to_stdout = options.json == "-";
    std::optional<JsonFile> json;
    if (options.json && !json_to_stdout) {
        Result<JsonFile> opened = JsonFile::open(*options.json, std::nullopt);
        if (!opened)
            return fail(opened.error(), exit_look_failed);
        json = std::move(*opened);
    }
    Triage triage(options, std::move(*proc), *std::move(profiles));
    if (Result<void> begun = triage.begin(); !begun)
        return fail(begun.error(), exit_look_failed);
    for (;;) {
        const Result<report::Context> context = triage.look();
        if (!context)
            return fail(context.error(), exit_look_failed);
        if (const Result<void> told = tell(*context, json_to_stdout, json); !told)
            return fail(told.error(), exit_look_failed);
        if (!options.watch)
            return context->diagnosis.wedged() ? exit_wedged : 0;
        std::this_thread::sleep_for(*options.watch);
    }
}

} // namespace unwedge::session
