// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "gate/attempt.h"
#include "gate/known.h"
#include "gate/past_runs.h"
#include "session/identity.h"
#include "session/output_file.h"
#include "util/clock.h"
#include "util/result.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

/// What `flake` and `compare`, which run a command again and again, have in common.
namespace unwedge::gate {

struct TrialOptions {
    std::vector<std::string> argv; ///< not empty
    Nanos timeout = std::chrono::minutes(10);
    Nanos kill_after = std::chrono::seconds(10);
    std::size_t jobs = 1;             ///< how many run at once
    std::string folder;               ///< where the files of the runs go
    std::optional<std::string> known; ///< nullopt: unwedge-known.toml, if there is one
    std::optional<std::string> json;
    std::vector<std::string> run_options; ///< further words for `unwedge run`
};

/// All that must be there before the first run.
struct Trials {
    std::optional<session::Identity> user; ///< whom files belong to; nullopt: us
    KnownWedges known;
    std::optional<session::OutputFile> json;
};

/// Makes the folder, as whom the command runs as.
Result<Trials> prepare(const TrialOptions &options);

/// How its run of this number is to be done; `name` is that of its files.
Order order_of(const TrialOptions &options, const std::string &name, std::size_t number);

/// Says of the first run that was broken, if there is one, that it cannot be run, with a way to more.
void tell_broken(const TrialOptions &options, const std::vector<PastRun> &runs);

} // namespace unwedge::gate
