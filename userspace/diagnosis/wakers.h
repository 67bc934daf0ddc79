// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "diagnosis/scene.h"
#include "diagnosis/verdict.h"

#include <cstdint>
#include <map>
#include <optional>
#include <set>

namespace unwedge::diagnosis {

/// Who can make an actor run again, as long as no signal does.
struct Wakers {
    /// A thread of it runs, or time will wake it, or something outside of the tree may; what is not
    /// understood counts as such.
    bool open = false;
    /// It waits for connections that only programs of this host can make.
    bool listens = false;
    /// Time wakes it again and again, and nothing has come of that for Policy::ticks_after().
    bool ticks = false;
    std::set<Pid> actors; ///< others of the tree
};

/// For each living actor. Of one actor's threads any can wake all others.
std::map<Pid, Wakers> wakers(const Scene &scene);

/// The greatest set of actors none of which can run again, because none of it is open and whoever could wake
/// one is in it, too: the complement of the least fixpoint of "is open, or may be woken by who can run" (a
/// communication deadlock of the OR model; Chandy, Misra and Haas, 1983). Linear in the number of pairs.
std::set<Pid> closed_set(const std::map<Pid, Wakers> &all);

/// Actors that do nothing.
struct Rest {
    std::set<Pid> actors;
    std::set<Pid> ticking; ///< those of them that time wakes for nothing
};

/// Actors that wait, as do all who could wake one of them.
struct Standstill {
    Rest rest;
    bool listens = false; ///< somebody of this host may still connect to one of them

    /// No timer or alarm is left to wake one.
    bool is_proven() const { return rest.ticking.empty(); }
};

/// The one that `pid` is in; nullopt: that actor may go on.
std::optional<Standstill> standstill_of(const Scene &scene, Pid pid);

/// How often the threads of those that don't tick have come off a CPU so far; nullopt: one of all is gone.
std::optional<std::uint64_t> switches_of(const Scene &scene, const Rest &rest);

/// When the latest of them last did anything.
Nanos at_rest_since(const Scene &scene, const Rest &rest);

/// None of them is gone, nor has done anything since they came to rest at `since`, when they had `switches`.
bool rests_still(const Scene &scene, const Rest &rest, std::uint64_t switches, Nanos since);

} // namespace unwedge::diagnosis
