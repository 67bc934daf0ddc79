// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "facts/model.h"

#include <map>
#include <set>
#include <vector>

namespace unwedge::session {

/// The CPU time of each actor as it was read over the last while, so that one who works now and then can be
/// told from one who stands still.
class CpuHistory {
  public:
    /// `length`: how far back readings are kept, and one more. `distance`: those closer together are one.
    CpuHistory(Nanos length, Nanos distance) : length_(length), distance_(distance) {}

    /// What was read of the process `pid` that `started` then, which tells it from a later one of the same
    /// pid.
    void add(facts::Pid pid, Nanos started, const facts::CpuReading &reading);
    /// Oldest first.
    std::vector<facts::CpuReading> of(facts::Pid pid, Nanos started) const;
    /// Forgets all others.
    void keep_only(const std::set<facts::Pid> &living);

  private:
    struct Track {
        Nanos started{};
        std::vector<facts::CpuReading> readings;
    };

    Nanos length_;
    Nanos distance_;
    std::map<facts::Pid, Track> tracks_;
};

} // namespace unwedge::session
