// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "diagnosis/judge.h"
#include "diagnosis/verdict.h"
#include "facts/model.h"

#include <string>

namespace unwedge::session {

/// One look at the tree and what follows from it and all looks before.
struct Look {
    facts::Snapshot snapshot;
    diagnosis::Diagnosis diagnosis;
    std::string at; ///< of snapshot.at, as ISO 8601, UTC
};

/// What the diagnosis of a look depends on beside what was seen.
struct LookTerms {
    diagnosis::Outlook outlook = diagnosis::Outlook::more_looks;
    bool after_rest = false;    ///< what was seen before had been forgotten
    bool ended = false;         ///< the command has ended, and with it what stood
    bool found_nothing = false; ///< nothing had shown before, and nothing is suspected
};

} // namespace unwedge::session
