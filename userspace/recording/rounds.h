// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "recording/recording.h"

#include <cstddef>
#include <map>
#include <vector>

namespace unwedge::recording {

/// What one look saw is taken for what is there for so long. Looks of a suspicion come every 0.45 s, in large
/// trees more rarely, so that this bridges the next one or two; and who waits does so for several seconds
/// before anybody is accused (--stall-after).
constexpr Nanos look_tells_for = std::chrono::milliseconds(1500);

/// Looks that are judged as one: by recording, which of its looks.
using Round = std::map<std::size_t, std::size_t>;

/// When the last look of it was taken.
Nanos time_of(const Round &round, const std::vector<Recording> &recordings);

/// All looks by time, in rounds of one of each recording that has one then. No look is in two rounds: a rule
/// that is met twice must have been met by two looks. While the looks of a recording follow each other, no
/// round comes without it, because its actors would seem to be gone: the looks of those who look more often
/// are left out. No two rounds are closer than `look_distance`, which the casebook asks for.
std::vector<Round> rounds_of(const std::vector<Recording> &recordings, Nanos look_distance);

} // namespace unwedge::recording
