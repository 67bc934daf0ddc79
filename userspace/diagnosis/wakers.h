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
    std::set<Pid> actors; ///< others of the tree
};

/// For each living actor. Of one actor's threads any can wake all others.
std::map<Pid, Wakers> wakers(const Scene &scene);

/// The greatest set of actors none of which can run again, because none of it is open and whoever could wake
/// one is in it, too: the complement of the least fixpoint of "is open, or may be woken by who can run" (a
/// communication deadlock of the OR model; Chandy, Misra and Haas, 1983). Linear in the number of pairs.
std::set<Pid> closed_set(const std::map<Pid, Wakers> &all);

/// How often the threads of all of `actors` have come off a CPU so far; nullopt: one is gone.
std::optional<std::uint64_t> switches_of_all(const Scene &scene, const std::set<Pid> &actors);

} // namespace unwedge::diagnosis
