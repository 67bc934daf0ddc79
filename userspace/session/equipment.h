// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "report/context.h"
#include "session/identity.h"
#include "session/options.h"
#include "session/output_file.h"
#include "session/recorder.h"
#include "session/signals.h"
#include "session/watcher.h"
#include "util/result.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace unwedge::session {

/// What a session needs before it begins.
struct Equipment {
    std::string hook_program; ///< where the one of --on-wedge lies; empty if there is none
    std::optional<OutputFile> json;
    Signals signals;
    std::unique_ptr<Watcher> watcher;
    std::unique_ptr<Recorder> recorder; ///< is told what the watcher learns
};

/// Opens all that the options name, with the rights of `owner` if there is one, and starts to watch. An Error
/// of any of it is the user's to mend. `command` and what it is `provoked` by: for the recording; empty: a
/// running tree is joined.
Result<Equipment> equip(const SessionOptions &options, const std::optional<Identity> &owner,
                        const std::vector<std::string> &command = {},
                        const std::optional<report::Provoked> &provoked = {});

} // namespace unwedge::session
