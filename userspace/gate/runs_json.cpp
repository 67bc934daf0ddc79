// SPDX-License-Identifier: GPL-2.0-only
#include "gate/runs_json.h"

#include <nlohmann/json.hpp>

namespace unwedge::gate {
namespace {

using Json = nlohmann::ordered_json;

Json interval_json(const Share &share) {
    const Interval interval = exact_interval(share);
    return {interval.low, interval.high};
}

Json rate_json(const Share &share) {
    return share.runs == 0 ? Json() : Json(share.rate());
}

Json lengths_json(const std::vector<PastRun> &runs) {
    Json all = Json::object();
    for (const Ending ending : {Ending::passed, Ending::failed, Ending::hung}) {
        const Lengths lengths = lengths_of(runs, ending);
        if (lengths.count == 0)
            all[std::string(name(ending))] = nullptr;
        else
            all[std::string(name(ending))] = {{"least_s", seconds(lengths.least)},
                                              {"median_s", seconds(lengths.median)},
                                              {"most_s", seconds(lengths.most)}};
    }
    return all;
}

Json fingerprints_json(const Attempt &attempt) {
    Json all = Json::array();
    for (const Culprit &culprit : attempt.culprits)
        all.push_back(culprit.fingerprint);
    return all;
}

} // namespace

Json text_or_null(const std::string &text) {
    return text.empty() ? Json() : Json(text);
}

Json counts_json(const std::vector<PastRun> &runs) {
    const Counts counts = count(runs);
    return {{"runs", counts.runs()},
            {"pass", counts.passed},
            {"fail", counts.failed},
            {"hang", counts.hung},
            {"broken", counts.broken},
            {"confidence", confidence},
            {"rate", rate_json(counts.bad())},
            {"interval", interval_json(counts.bad())},
            {"hang_rate", rate_json(counts.hangs())},
            {"hang_interval", interval_json(counts.hangs())},
            {"durations", lengths_json(runs)}};
}

Json hangs_json(const std::vector<PastRun> &runs, const KnownWedges &known) {
    Json all = Json::array();
    for (const MetHang &hang : hangs_of(runs)) {
        const KnownWedge *wedge = hang.culprit ? known.find({*hang.culprit}) : nullptr;
        all.push_back({{"fingerprint", hang.culprit ? Json(hang.culprit->fingerprint) : Json()},
                       {"kind", hang.culprit ? Json(hang.culprit->kind) : Json()},
                       {"actor", hang.culprit ? Json(hang.culprit->actor) : Json()},
                       {"known", wedge ? Json(wedge->name) : Json()},
                       {"count", hang.numbers.size()},
                       {"in", hang.numbers}});
    }
    return all;
}

Json attempts_json(const std::vector<PastRun> &runs, const std::vector<std::string> &sides) {
    Json all = Json::array();
    for (const PastRun &run : runs)
        all.push_back({{"run", run.number},
                       {"side", sides.empty() ? Json() : Json(sides.at(run.side))},
                       {"seed", run.seed ? Json(*run.seed) : Json()},
                       {"ending", name(run.attempt.ending)},
                       {"status", run.attempt.status},
                       {"seconds", seconds(run.attempt.length)},
                       {"summary", text_or_null(run.attempt.summary)},
                       {"fingerprints", fingerprints_json(run.attempt)},
                       {"unmet", run.attempt.unmet},
                       {"left_behind", run.attempt.left_behind},
                       {"recording", text_or_null(run.attempt.recording)},
                       {"log", text_or_null(run.attempt.log)}});
    return all;
}

std::string json_text(const Json &json) {
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace unwedge::gate
