// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "diagnosis/scene.h"
#include "diagnosis/verdict.h"

#include <set>
#include <vector>

namespace unwedge::diagnosis {

/// The living children of `actor` whose end would end that wait for a child.
std::vector<const facts::Actor *> awaited_children(const Scene &scene, const facts::Actor &actor,
                                                   const facts::Wait &wait);

/// The wait-for graph: who waits, by what its threads sit in, on whom. One edge at most for each pair of
/// actors and channel; in order of from, to, channel.
std::vector<WaitEdge> waits(const Scene &scene);

/// Edges of one actor through the channel that `end` belongs to, `end` being its own side.
std::vector<WaitEdge> waits_through(const Scene &scene, const facts::Actor &actor, int fd,
                                    const facts::End &end);

/// The way from an actor to the culprit at the end of its waits.
struct Path {
    WaitEdge next; ///< first step
    Pid final_blocker = 0;
};

/// For everyone who reaches one of `culprits` along `edges`: the shortest way to the nearest of them.
std::map<Pid, Path> paths_to(const std::set<Pid> &culprits, const std::vector<WaitEdge> &edges);

} // namespace unwedge::diagnosis
