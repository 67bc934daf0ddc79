// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "recording/recording.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace unwedge::recording {

/// How far `other` has to be moved so that its times are on the CLOCK_MONOTONIC of `first`, if the wall
/// clocks of both hosts were right; nullopt: farther than a recording's times go.
std::optional<Nanos> wall_clock_offset(const Meta &first, const Meta &other);

/// Which of several recordings are of one host, in one boot of it.
struct Hosts {
    std::vector<std::size_t> of;     ///< by recording
    std::vector<std::string> labels; ///< by host: short, and no two are the same
};
Hosts hosts_of(const std::vector<Recording> &recordings);

} // namespace unwedge::recording
