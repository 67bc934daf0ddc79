// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "recording/recording.h"
#include "util/result.h"

#include <cstdint>
#include <set>

namespace unwedge::recording {

/// Linux gives no process a higher number (PID_MAX_LIMIT, include/linux/threads.h): the remainder by it is
/// what the process was called on its host.
constexpr facts::Pid pids_of_a_host = 4'194'304;

/// Keeps the numbers of several recordings apart, those of processes and threads and those of ends.
class Numbers {
  public:
    /// Raises the numbers of `recording` that were given to this before: those of processes and threads one
    /// by one, by multiples of pids_of_a_host; those of ends, which count from 1 in each, together. What was
    /// concluded is left as it is.
    Result<void> tell_apart(Recording &recording);

  private:
    std::set<facts::Pid> pids_;    ///< of processes and threads that were there
    std::uint64_t ends_below_ = 0; ///< the low 32 bits of all ends so far are: flight records have no more
};

} // namespace unwedge::recording
