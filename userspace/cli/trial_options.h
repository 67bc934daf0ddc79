// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "gate/trials.h"

#include <CLI/CLI.hpp>

#include <string>

/// The options of commands that run one again and again.
namespace unwedge::cli {

void add_trials(CLI::App &command, gate::TrialOptions &options, const std::string &folder);

/// CLI11 writes "[OPTIONS] [CMD...]"; people need to see where the two dashes go.
class TrialHelp : public CLI::Formatter {
  public:
    std::string make_usage(const CLI::App *app, std::string) const override {
        return "Usage: unwedge " + app->get_name() + " [OPTIONS] -- CMD [ARG...]\n";
    }
    std::string make_positionals(const CLI::App *) const override { return ""; }
};

} // namespace unwedge::cli
