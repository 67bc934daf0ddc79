// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "provoke/spec.h"
#include "util/result.h"

#include <string_view>

namespace unwedge::cli {

/// What `run --provoke` takes: parts with commas between, of which a later one replaces an earlier one of the
/// same word. `allowed`: the CPUs that there are. Stops for which no longest is given have a `longest` of 0.
Result<provoke::Spec> parse_provocations(std::string_view text, const provoke::Cpus &allowed);

/// Sees to it that no stop can look like a stall of `stall_after`: what is longer than a quarter of that is
/// an Error, and what is not given is at most so long.
Result<void> limit_stops(provoke::Spec &spec, Nanos stall_after);

} // namespace unwedge::cli
