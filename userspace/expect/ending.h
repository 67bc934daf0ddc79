// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "facts/ids.h"
#include "facts/model.h"
#include "facts/writing.h"
#include "util/clock.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace unwedge::expect {

/// What is left of a tree is looked at so long after its command has ended: who was told to end needs a
/// moment.
constexpr Nanos leftover_grace = std::chrono::seconds(1);

/// How a run ended, and what is known of that.
struct Ending {
    Nanos at{};                          ///< when the command ended, CLOCK_MONOTONIC
    int status = 0;                      ///< its exit status; 128 + N if signal N ended it
    std::optional<int> signal;           ///< that ended it
    bool by_unwedge = false;             ///< for a timeout or a wedge
    bool watched = true;                 ///< to the end: tracing did not stop before
    std::vector<facts::Pid> left;        ///< who of the tree lived on after the grace
    std::optional<facts::Snapshot> look; ///< at the tree then; nullopt: there was none
    facts::Losses losses;
    std::uint64_t calls_of_others = 0;    ///< on sockets, by 32-bit code, which were not understood
    std::vector<facts::Writing> writings; ///< how lines were written, where that was asked for
    std::uint64_t writes_missed = 0;      ///< lines of which that is not known
};

} // namespace unwedge::expect
