// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "diagnosis/suspicion.h"

namespace unwedge::diagnosis {

/// Fills in who or what may yet make the suspect move: the call it is blocked in (a child, the disk, the
/// network), a thread of its own or the owner of its lock that will go on by itself, an answer that it has
/// asked for on another channel. What is found earns it --busy-after, no more. But as long as the actor whose
/// answer it awaits is busy, or a program that it runs while it is blocked, it is no suspect.
void find_awaited(const Scene &scene, const StalledEnd &stalled, Suspicion &suspicion);

} // namespace unwedge::diagnosis
