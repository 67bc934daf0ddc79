// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "recording/recording.h"

#include <vector>

namespace unwedge::recording {

/// What this version of the rules concludes from the recorded looks: one diagnosis for each.
std::vector<diagnosis::Diagnosis> rediagnose(const Recording &recording);

} // namespace unwedge::recording
