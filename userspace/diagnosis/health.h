// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "diagnosis/scene.h"
#include "diagnosis/verdict.h"

namespace unwedge::diagnosis {

/// What the actor is doing. `busy` needs two looks; at the first a thread on the CPU makes it `running`.
Health health(const Scene &scene, const facts::Actor &actor);

/// Health of every actor.
std::map<Pid, Health> health(const Scene &scene);

/// Did nothing since `since`, or for --busy-after: consumed nothing on any end, and used no CPU worth the
/// name between the looks. nullopt: not known, because receives were not counted for long enough or it is the
/// first look.
std::optional<bool> stands_still(const Scene &scene, const facts::Actor &actor, Nanos since);

} // namespace unwedge::diagnosis
