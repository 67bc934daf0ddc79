// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "util/clock.h"

#include <cstdint>
#include <optional>

/// Times as the BPF programs and what is shared with them have them: nanoseconds since boot, 0 for never.
namespace unwedge {

inline std::uint64_t stamp_of(Nanos when) {
    return static_cast<std::uint64_t>(when.count());
}

inline std::optional<Nanos> from_stamp(std::uint64_t stamp) {
    return stamp ? std::optional(Nanos(stamp)) : std::nullopt;
}

} // namespace unwedge
