// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "report/context.h"

#include <string>
#include <vector>

namespace unwedge::report {

using facts::Pid;

/// The verdicts by the part they play in a report.
struct Cast {
    using Verdicts = std::vector<const diagnosis::Verdict *>;
    Verdicts culprits; ///< stand, certain or likely; those with the most victims first
    Verdicts suspects; ///< would be culprits, but inconclusive
    Verdicts victims;  ///< wait now
    Verdicts past;     ///< culprits that recovered or ended

    explicit Cast(const diagnosis::Diagnosis &diagnosis);

    Verdicts victims_of(Pid blocker) const;
    const diagnosis::Verdict *culprit(Pid pid) const; ///< culprits only; nullptr if it is none
    const diagnosis::Verdict *suspect(Pid pid) const;
    const diagnosis::Verdict *victim(Pid pid) const;
};

/// nullptr if the snapshot does not have it.
const facts::Actor *find_actor(const facts::Snapshot &snapshot, Pid pid);

/// The actor that a thread belongs to.
const facts::Actor *actor_of_thread(const facts::Snapshot &snapshot, Pid tid);

std::string name_of(const facts::Actor &actor);
std::string who(const facts::Snapshot &snapshot, Pid pid); ///< "child (pid 12)"

/// How long the verdict's state lasts, or lasted.
Nanos age_of(const diagnosis::Verdict &verdict, const facts::Snapshot &snapshot);

} // namespace unwedge::report
