// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "gate/gate.h"
#include "session/identity.h"

namespace unwedge::gate {

/// All that is to be done, from options, files and what was found.
struct Plan {
    std::vector<Suite> suites; ///< not empty; each name once
    Nanos timeout{};           ///< of those without one of their own
    Nanos kill_after{};
    Retries retries;
    KnownWedges known;
};

/// Files are read, and programs asked, with the rights of `user`.
Result<Plan> make_plan(const GateOptions &options, const std::optional<session::Identity> &user);

} // namespace unwedge::gate
