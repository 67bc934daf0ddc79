// SPDX-License-Identifier: GPL-2.0-only
#include "session/watcher.h"

namespace unwedge::session {

Result<Look> Watcher::look(diagnosis::Outlook outlook) {
    Result<facts::Snapshot> seen = snapshot();
    if (!seen)
        return seen.error();
    namer_.name(*seen);
    last_look_ = seen->at;
    diagnosis::Diagnosis diagnosis = casebook_.observe(*seen, outlook);
    return Look{std::move(*seen), std::move(diagnosis)};
}

} // namespace unwedge::session
