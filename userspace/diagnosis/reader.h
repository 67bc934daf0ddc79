// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "diagnosis/attention.h"
#include "diagnosis/scene.h"

namespace unwedge::diagnosis {

/// Whose it is to read an end.
struct Reader {
    Holder holder;
    bool inferred = false; ///< concluded from elimination among several actors
};

/// Several actors can hold one end, most often because a fork passed it on. Whose it is to read: who has it
/// in a set of its loop, else who read it last, else the only one who does not also hold the other side, else
/// the youngest. `end` must have a holder; `attended` is how its holders attend it.
Reader reader_of(const Scene &scene, const facts::End &end, const Attendance &attended);

/// Has a descriptor of that end.
bool holds(const facts::Actor &actor, facts::EndId end);

/// The thread of that id; null if the actor has none, or `tid` is not known.
const facts::Thread *thread_of(const facts::Actor &actor, std::optional<facts::Pid> tid);

} // namespace unwedge::diagnosis
