// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "diagnosis/scene.h"

#include <optional>
#include <set>
#include <string>

namespace unwedge::diagnosis {

/// A program that has not come up, as its siblings tell what that is.
struct LateBoot {
    const facts::Actor *actor = nullptr;
    std::string why;
};

/// One of `among` that has neither sent, received nor connected anything, though at least two of its siblings
/// that run the same program began by sending or connecting, all soon after their start, and it has had three
/// times as long. nullopt: there is none, or what they did is not recorded.
std::optional<LateBoot> late_boot(const Scene &scene, const std::set<facts::Pid> &among);

} // namespace unwedge::diagnosis
