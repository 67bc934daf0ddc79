// SPDX-License-Identifier: GPL-2.0-only
#include "formats/perfetto/perfetto.h"

#include "formats/perfetto/actors.h"
#include "formats/perfetto/channels.h"
#include "formats/perfetto/ends.h"
#include "formats/perfetto/messages.h"
#include "formats/perfetto/run.h"
#include "formats/perfetto/threads.h"
#include "formats/perfetto/trace.h"
#include "formats/perfetto/verdicts.h"
#include "formats/perfetto/waits.h"

#include <utility>

namespace unwedge::formats {

std::string to_perfetto(const recording::Recording &recording) {
    using namespace perfetto;
    Trace trace(recording.meta.begin, end_of(recording));
    const TrackId run = add_run(recording, trace);
    const Actors actors(recording, trace);
    const Ends ends(recording, actors);
    add_threads(recording, actors, trace);
    add_messages(recording, actors, ends, trace);
    add_waits(recording, actors, trace);
    add_verdicts(recording, actors, run, trace);
    add_channels(recording, ends, trace);
    return std::move(trace).finish(recording.meta.begin_unix);
}

} // namespace unwedge::formats
