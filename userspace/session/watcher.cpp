// SPDX-License-Identifier: GPL-2.0-only
#include "session/watcher.h"

#include <malloc.h>

namespace unwedge::session {

Result<Look> Watcher::look(diagnosis::Outlook outlook) {
    Result<facts::Snapshot> seen = snapshot();
    if (!seen)
        return seen.error();
    namer_.name(*seen);
    last_look_ = seen->at;
    rests_ = false;
    diagnosis::Diagnosis diagnosis = casebook_.observe(*seen, outlook);
    return Look{std::move(*seen), std::move(diagnosis)};
}

/// Many small pieces: the allocator keeps them, were it not told.
void Watcher::rest(Nanos now) {
    if (rests_ || !last_look_ || now - *last_look_ < calm_again_after)
        return;
    casebook_.rest();
    ::malloc_trim(0);
    rests_ = true;
}

} // namespace unwedge::session
