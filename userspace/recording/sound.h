// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "recording/recording.h"

namespace unwedge::recording {

/// Throws Damaged unless who stands accused or waits is in the look.
void require_sound(const Look &look);

} // namespace unwedge::recording
