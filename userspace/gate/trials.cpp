// SPDX-License-Identifier: GPL-2.0-only
#include "gate/trials.h"

#include "gate/folder.h"
#include "session/console.h"
#include "session/exit_status.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <utility>

namespace unwedge::gate {
Result<Trials> prepare(const TrialOptions &options) {
    Trials trials;
    Result<std::optional<session::Identity>> user = session::command_identity(std::nullopt);
    if (!user)
        return user.error();
    trials.user = *std::move(user);
    Result<KnownWedges> known = read_known(options.known, trials.user);
    if (!known)
        return known.error();
    trials.known = *std::move(known);
    Result<std::optional<session::OutputFile>> json = session::open_json(options.json, trials.user);
    if (!json)
        return json.error();
    trials.json = *std::move(json);
    if (const Result<void> made = make_folder(options.folder, trials.user); !made)
        return made.error();
    return trials;
}

Order order_of(const TrialOptions &options, const std::string &name, std::size_t number) {
    return {.argv = options.argv,
            .environment = {{"UNWEDGE_RUN", std::to_string(number)}},
            .timeout = options.timeout,
            .kill_after = options.kill_after,
            .run_options = options.run_options,
            .base = std::filesystem::path(options.folder) / name};
}

void tell_broken(const TrialOptions &options, const std::vector<PastRun> &runs) {
    const auto broken =
        std::ranges::find(runs, Ending::broken, [](const PastRun &run) { return run.attempt.ending; });
    if (broken == runs.end())
        return;
    const Attempt &attempt = broken->attempt;
    session::fail({fmt::format("'{}' cannot be run (exit status {}): see {}", options.argv.front(),
                               attempt.status, attempt.log)},
                  session::exit_failed);
}

} // namespace unwedge::gate
