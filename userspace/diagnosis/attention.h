// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "diagnosis/scene.h"

#include <vector>

namespace unwedge::diagnosis {

/// Who, if anybody, would notice that an end has something to read. The values are in order of strength.
enum class Attention {
    none,      ///< in no wait of any holder's thread
    disarmed,  ///< in a readiness wait, but not for reading
    elsewhere, ///< it is in the set of a loop that no thread is in now
    edge,      ///< in one that reports only what arrives from now on
    unknown,   ///< a wait that may contain it could not be read
    attended   ///< a thread waits until it can be read, or reads it
};

/// The strongest attention that any thread gives an end.
struct Attendance {
    Attention attention = Attention::none;
    const facts::Actor *actor = nullptr; ///< whose thread; null for none
    const facts::Thread *thread =
        nullptr; ///< which; null for none, and for a loop or an io_uring that no thread waits in
    int fd = -1;
};

/// How the living holders of `end` attend it (docs/design.md §1, "attended").
Attendance attendance(const Scene &scene, const facts::End &end);

/// How one actor's threads attend the end behind its descriptor `fd`.
Attendance attendance(const facts::Actor &actor, int fd);

/// The same for whoever asks for all its descriptors, which can be thousands in one set. Refers to the actor.
class Attendances {
  public:
    explicit Attendances(const facts::Actor &actor);

    Attendance of(int fd) const;

  private:
    std::vector<Attendance> told_; ///< in order of descriptors
    Attendance of_all_;            ///< which each of them may have
};

/// That nobody knows whether an end is attended is for an io_uring alone, in which a read may be pending.
bool is_unknown_by_ring(const Attendance &attendance);

/// A thread that sits in a wait for readiness and not in anything else: a loop in its idle state.
bool is_parked(const facts::Thread &thread);

/// How often its threads have come off a CPU so far: unmoved means that none has run.
std::uint64_t switches_of(const facts::Actor &actor);

/// It can't run: SIGSTOP, a tracer, a frozen cgroup.
bool is_held(const facts::Thread &thread);

/// None of its threads can run, and at least one is held.
bool is_stopped(const facts::Actor &actor);

} // namespace unwedge::diagnosis
