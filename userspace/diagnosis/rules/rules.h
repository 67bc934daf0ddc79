// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "diagnosis/suspicion.h"

#include <optional>

/// One function for each kind of docs/design.md §5, each in the file of its name.
namespace unwedge::diagnosis::rules {

/// The loop is parked and nobody asks to read the end.
std::optional<Suspicion> stopped_consuming(const Scene &scene, const StalledEnd &stalled);

/// The thread that should read sits in something else than a loop's wait.
std::optional<Suspicion> blocked_loop(const Scene &scene, const StalledEnd &stalled);

/// An actor none of whose threads may run. `stalled`: those of its ends that are, if any.
std::optional<Suspicion> stopped(const Scene &scene, const facts::Actor &actor,
                                 const std::vector<StalledEnd> &stalled);

/// A suspicion of `stalled.holder` with all that does not depend on the rule.
Suspicion begin(const Scene &scene, const StalledEnd &stalled, Kind kind);

} // namespace unwedge::diagnosis::rules
