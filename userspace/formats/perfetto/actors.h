// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "formats/perfetto/trace.h"
#include "recording/recording.h"

#include <map>
#include <string>

namespace unwedge::formats::perfetto {

/// Everybody of whom the recording tells, each with a process of the trace: its name, its life (fork to exit)
/// and what it exec'd. A pid that was used again is one process with several lives.
class Actors {
  public:
    Actors(const recording::Recording &recording, Trace &trace);

    /// nullopt: the recording names that pid, but tells nothing of it.
    std::optional<TrackId> track(facts::Pid pid) const;
    std::string who(facts::Pid pid) const; ///< "child (pid 12)"

  private:
    struct Entry {
        TrackId track = 0;
        std::string name;
    };
    std::map<facts::Pid, Entry> entries_;
};

} // namespace unwedge::formats::perfetto
