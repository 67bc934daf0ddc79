// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "facts/model.h"

#include <cstddef>
#include <string>
#include <vector>

namespace unwedge::recording {

/// Where something was seen.
struct Viewpoint {
    std::size_t recording = 0;
    std::size_t host = 0; ///< of the recording
};

/// An end of which nobody in its recording has the other side.
struct OuterEnd {
    Viewpoint from;
    facts::End end;          ///< as it was then
    Nanos seen{};            ///< when
    facts::EndId shadow = 0; ///< what the recording saw of the other side, without its holder; 0: nothing
    std::string name;        ///< of this side, the same in all recordings
    std::string remote_name; ///< of the other side
};

/// The two ends of one connection, held in two recordings.
struct Joint {
    OuterEnd one;
    OuterEnd other;
};

std::vector<OuterEnd> outer_ends(const facts::Snapshot &snapshot, Viewpoint from);

/// Those of which one's name is what the other calls its remote side: TCP by its addresses, loopback ones on
/// one host only; UNIX sockets by their inodes, on one host. Where there are several candidates, none.
std::vector<Joint> joints(const std::vector<OuterEnd> &ends);

/// Makes them each other's peers in a snapshot that has both. That a connection leaves its host stays true.
void apply(const Joint &joint, facts::Snapshot &snapshot);

} // namespace unwedge::recording
