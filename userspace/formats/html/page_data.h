// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "formats/html/digest.h"

namespace unwedge::formats::html {

// What the page's script (page/model.js) reads. Times are nanoseconds since the recording began, lengths
// nanoseconds; ends and channels are named by their numbers; all texts are printable. Unknown is null.

Json actors_json(const Digest &digest);
Json events_json(const Digest &digest); ///< [[time, what, pid, end, words]]
Json flight_json(const Digest &digest); ///< by pid: columns, of times the steps between them
Json ends_json(const Digest &digest);   ///< with their queues over time and their stalls
Json channels_json(const Digest &digest);
Json listeners_json(const Digest &digest);
Json looks_json(const Digest &digest, Json &scenes); ///< `scenes`: graphs, each told once
Json verdicts_json(const Digest &digest);            ///< of the last look
Json notes_json(const Digest &digest);
Json samples_json(const Digest &digest); ///< [[time, actors, ends, unread, stalled]]

/// All of these in one object.
Json page_data(const Digest &digest);

} // namespace unwedge::formats::html
