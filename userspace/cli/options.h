// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "util/clock.h"
#include "util/pattern.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace CLI {
class App;
class Option;
} // namespace CLI

namespace unwedge::cli {

/// Adds an option that takes a length of time no shorter than `least`; `fallback` is what --help shows.
CLI::Option *add_duration(CLI::App &command, const std::string &name, Nanos least, const std::string &help,
                          const std::string &fallback, std::function<void(Nanos)> take);

/// Adds an option that takes a number of bytes from 1 to `most`, with K, M or G for powers of 1,024.
CLI::Option *add_size(CLI::App &command, const std::string &name, std::uint32_t most, const std::string &help,
                      const std::string &fallback, std::function<void(std::uint32_t)> take);

/// Makes an option that may be given many times take one value each time, so that what follows is not eaten.
CLI::Option *one_at_a_time(CLI::Option *option);

/// Adds --match, which takes an extended regular expression.
void add_match(CLI::App &command, const std::string &help, std::optional<Pattern> &match);

/// Adds --profiles.
void add_profiles(CLI::App &command, std::optional<std::string> &file);

/// Adds --kill-after.
void add_kill_after(CLI::App &command, Nanos &length);

} // namespace unwedge::cli
