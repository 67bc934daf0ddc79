// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "profiles/profiles.h"
#include "session/watcher.h"
#include "util/result.h"

#include <memory>

namespace unwedge::session {

/// Whoever watches best here: by BPF; or without, where that is not to be had, unless the user has chosen
/// hooks or what needs it. That it is without is said; with `quiet` to those only who want to know what is
/// done.
Result<std::unique_ptr<Watcher>> start_watching(const WatchSettings &settings,
                                                const profiles::Profiles &profiles, bool quiet);

} // namespace unwedge::session
