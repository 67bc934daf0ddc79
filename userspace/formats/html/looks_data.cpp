// SPDX-License-Identifier: GPL-2.0-only
#include "formats/html/page_data.h"
#include "report/text.h"

#include <string>
#include <unordered_map>

namespace unwedge::formats::html {

namespace {

std::string_view words_for(diagnosis::Outlook outlook) {
    switch (outlook) {
    case diagnosis::Outlook::more_looks: return "more looks to come";
    case diagnosis::Outlook::last_look: return "the last look";
    case diagnosis::Outlook::time_is_up: return "time is up";
    }
    return "";
}

void add_marks(Json &marks, const report::Cast::Verdicts &verdicts, std::string_view part) {
    for (const diagnosis::Verdict *verdict : verdicts)
        marks.push_back({{"pid", verdict->pid},
                         {"part", part},
                         {"kind", name(verdict->kind)},
                         {"confidence", name(verdict->confidence)}});
}

/// The wait-for graph of a look, without times: most looks share one with the look before.
Json scene_json(const Digest &digest, const diagnosis::Diagnosis &diagnosis) {
    Json waits = Json::array();
    for (const diagnosis::WaitEdge &edge : diagnosis.waits)
        waits.push_back({{"from", edge.from},
                         {"to", edge.to},
                         {"channel", digest.channel_number(edge.channel)},
                         {"strength", name(edge.strength)},
                         {"why", text_json(edge.why)}});
    const report::Cast cast(diagnosis);
    Json marks = Json::array();
    add_marks(marks, cast.culprits, "culprit");
    add_marks(marks, cast.suspects, "suspect");
    add_marks(marks, cast.victims, "victim");
    add_marks(marks, cast.past, "past");
    return {{"waits", std::move(waits)}, {"marks", std::move(marks)}};
}

} // namespace

Json looks_json(const Digest &digest, Json &scenes) {
    std::unordered_map<std::string, std::size_t> numbers;
    Json looks = Json::array();
    for (const recording::Look &look : digest.recording.looks) {
        Json scene = scene_json(digest, look.diagnosis);
        const auto [found, is_new] =
            numbers.emplace(scene.dump(-1, ' ', false, Json::error_handler_t::replace), scenes.size());
        if (is_new)
            scenes.push_back(std::move(scene));
        looks.push_back({{"time", digest.since_begin(look.snapshot.at)},
                         {"at", text_json(look.at)},
                         {"outlook", words_for(look.outlook)},
                         {"after_rest", look.after_rest},
                         {"ended", look.ended},
                         {"wedged", look.diagnosis.wedged()},
                         {"summary", report::summary(digest.recording.context(look))},
                         {"scene", found->second}});
    }
    return looks;
}

} // namespace unwedge::formats::html
