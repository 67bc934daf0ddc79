// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <CLI/CLI.hpp>

#include <string>
#include <utility>

namespace unwedge::cli {

/// CLI11 writes "[OPTIONS] [CMD...]"; people need to see where the two dashes go.
class WrapperHelp : public CLI::Formatter {
  public:
    explicit WrapperHelp(std::string wrapped = "-- CMD [ARG...]") : wrapped_(std::move(wrapped)) {}
    std::string make_usage(const CLI::App *app, std::string) const override {
        return "Usage: unwedge " + app->get_name() + " [OPTIONS] " + wrapped_ + "\n";
    }
    std::string make_positionals(const CLI::App *) const override { return ""; }

  private:
    std::string wrapped_;
};

} // namespace unwedge::cli
