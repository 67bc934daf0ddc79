// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "util/clock.h"

#include <optional>
#include <string_view>

namespace unwedge {

/// By how much the clocks of a time namespace are ahead of the kernel's own (time_namespaces(7)).
struct ClockOffsets {
    Nanos monotonic{};
    Nanos boottime{};
};

/// The text of /proc/PID/timens_offsets; nullopt if it is malformed.
std::optional<ClockOffsets> parse_clock_offsets(std::string_view text);

/// Of this process, read once; zero where the kernel has no such namespaces or /proc is not there.
const ClockOffsets &own_clock_offsets();

} // namespace unwedge
