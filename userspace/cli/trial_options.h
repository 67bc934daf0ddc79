// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "gate/trials.h"

#include <string>

namespace CLI {
class App;
}

/// The options of commands that run one again and again.
namespace unwedge::cli {

void add_trials(CLI::App &command, gate::TrialOptions &options, const std::string &folder);

} // namespace unwedge::cli
