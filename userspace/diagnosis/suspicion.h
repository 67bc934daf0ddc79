// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "diagnosis/attention.h"
#include "diagnosis/scene.h"
#include "diagnosis/timer.h"
#include "diagnosis/verdict.h"
#include "diagnosis/wakers.h"

#include <set>
#include <vector>

namespace unwedge::diagnosis {

/// What a rule finds in one look. It takes a second look to make a verdict of it (casebook.h).
struct Suspicion {
    Kind kind{};
    Pid pid = 0;
    Nanos started{};      ///< of that process, which tells it from a later one of the same pid
    facts::EndId end = 0; ///< the unread one; 0: none is
    int fd = -1;          ///< the suspect's descriptor of it
    std::optional<BlockedOn> blocked_on;
    std::optional<Pid> blocked_by;
    Nanos since{};
    Pid tid = 0;                                     ///< the thread that should read
    facts::WaitKind wait = facts::WaitKind::unknown; ///< what it sits in
    std::uint64_t switches =
        0;       ///< of that thread: when it moves, the thread has woken; of a proof: of those in `rest`
    Timer timer; ///< of that thread
    bool facts_known = true;      ///< false: something that could acquit could not be read
    bool inferred = false;        ///< who should read was concluded, not seen
    std::string awaits;           ///< who or what may yet make it move, for people; "": nothing known
    std::optional<Pid> awaited;   ///< the actor of the tree that it awaits an answer of
    bool awaits_busy = false;     ///< a program that it runs, or the actor it awaits, uses CPU
    bool lock_owner_known = true; ///< false: blocked on a lock that another thread may or may not own
    Rest rest;                    ///< of a proof: who is at rest, the suspect too unless it is dead
    std::vector<Evidence> evidence;
};

/// An end that has been unread for --stall-after, and whose it is to read it.
struct StalledEnd {
    const facts::End *end = nullptr;
    const facts::Actor *holder = nullptr;
    int fd = -1;
    const facts::Thread *loop = nullptr; ///< the thread that should read it
    Attendance attendance;
    bool inferred = false; ///< holder or loop was concluded from elimination
};

/// All stalled ends that an actor of the tree holds.
std::vector<StalledEnd> stalled_ends(const Scene &scene);

/// What all rules about queues and stops find in this look, whose stalled_ends() are `stalled`; at most one
/// suspicion for each actor and end.
std::vector<Suspicion> suspicions(const Scene &scene, const std::vector<StalledEnd> &stalled);

} // namespace unwedge::diagnosis
