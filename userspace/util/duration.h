// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "util/clock.h"

#include <optional>
#include <string_view>

namespace unwedge {

/// "3", "0.5", "100ms", "2s", "5m", "1h"; seconds where there is no unit. nullopt if it is none of these, is
/// negative, or is longer than 30 days.
std::optional<Nanos> parse_duration(std::string_view text);

} // namespace unwedge
