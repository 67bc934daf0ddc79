// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace unwedge::provoke {

/// Numbers of CPUs, ascending, each once.
using Cpus = std::vector<int>;

/// CPUs of a higher number are not known.
constexpr int most_cpus = 8192;

/// "3", "0-3", "0-1+6"; nullopt if the text is none of these, or names a CPU that is not known.
std::optional<Cpus> parse_cpus(std::string_view text);

/// In the same words.
std::string cpus_text(const Cpus &cpus);

/// Those that this process may run on.
Cpus allowed_cpus();

/// Lets the thread `tid` (0: the caller) run on these only. Returns errno, or 0.
int run_on(pid_t tid, const Cpus &cpus);

} // namespace unwedge::provoke
