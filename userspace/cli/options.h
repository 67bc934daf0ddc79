// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "util/clock.h"

#include <functional>
#include <string>

namespace CLI {
class App;
class Option;
} // namespace CLI

namespace unwedge::cli {

/// Adds an option that takes a length of time no shorter than `least`; `fallback` is what --help shows.
CLI::Option *add_duration(CLI::App &command, const std::string &name, Nanos least, const std::string &help,
                          const std::string &fallback, std::function<void(Nanos)> take);

} // namespace unwedge::cli
