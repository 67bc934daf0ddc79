// SPDX-License-Identifier: GPL-2.0-only
#include "formats/html/page_data.h"

namespace unwedge::formats::html {

Json samples_json(const Digest &digest) {
    Json samples = Json::array();
    for (const recording::Sample &sample : digest.recording.samples)
        samples.push_back(
            {digest.since_begin(sample.at), sample.actors, sample.ends, sample.unread, sample.stalled});
    return samples;
}

Json page_data(const Digest &digest) {
    const recording::Meta &meta = digest.recording.meta;
    Json scenes = Json::array();
    Json looks = looks_json(digest, scenes);
    return {{"begin_unix", meta.begin_unix.count() / 1'000'000}, // milliseconds: what a script's clock counts
            {"until", digest.since_begin(digest.until)},
            {"actors", actors_json(digest)},
            {"ends", ends_json(digest)},
            {"channels", channels_json(digest)},
            {"listeners", listeners_json(digest)},
            {"looks", std::move(looks)},
            {"scenes", std::move(scenes)},
            {"verdicts", verdicts_json(digest)},
            {"notes", notes_json(digest)},
            {"samples", samples_json(digest)},
            {"events", events_json(digest)},
            {"flight", flight_json(digest)}};
}

} // namespace unwedge::formats::html
