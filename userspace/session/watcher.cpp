// SPDX-License-Identifier: GPL-2.0-only
#include "session/watcher.h"

#include <malloc.h>

namespace unwedge::session {
namespace {

/// Longer than CPU times that looks read are remembered.
constexpr Nanos rest_after = std::chrono::seconds(60);

} // namespace

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

/// Many small pieces, which the allocator would keep for later.
void Watcher::rest(Nanos now) {
    if (rests_ || !last_look_ || now - *last_look_ < rest_after)
        return;
    casebook_.rest();
    ::malloc_trim(0);
    rests_ = true;
}

} // namespace unwedge::session
