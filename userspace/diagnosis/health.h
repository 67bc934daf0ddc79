// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "diagnosis/scene.h"
#include "diagnosis/verdict.h"

namespace unwedge::diagnosis {

/// What the actor is doing. `busy` needs two looks; at the first a thread on the CPU makes it `running`.
Health health(const Scene &scene, const facts::Actor &actor);

/// Health of every actor.
std::map<Pid, Health> health(const Scene &scene);

/// Did nothing since `since`: consumed nothing on any end, and either sleeps without a timer or used no CPU
/// worth the name at any time in the last `quiet_for`. nullopt: not known, because receives were not counted
/// or its CPU time was not read for long enough.
std::optional<bool> stands_still(const Scene &scene, const facts::Actor &actor, Nanos since, Nanos quiet_for);

/// Whether no reading of its CPU time within the last `length` shows work; nullopt: none does, but they do
/// not go back that far, give or take a second.
std::optional<bool> is_quiet(const Scene &scene, const facts::Actor &actor, Nanos length);

} // namespace unwedge::diagnosis
