// SPDX-License-Identifier: GPL-2.0-only
#include "gate/results.h"

#include "gate/runs_json.h"

#include <nlohmann/json.hpp>

#include <cmath>

namespace unwedge::gate {
namespace {

using nlohmann::ordered_json;

double rounded(Nanos length) {
    return std::round(seconds(length) * 1000) / 1000;
}

ordered_json to_json(const Attempt &attempt) {
    ordered_json culprits = ordered_json::array();
    for (const Culprit &culprit : attempt.culprits)
        culprits.push_back(
            {{"kind", culprit.kind}, {"actor", culprit.actor}, {"fingerprint", culprit.fingerprint}});
    return {{"ending", name(attempt.ending)},
            {"exit", attempt.status},
            {"length_s", rounded(attempt.length)},
            {"summary", text_or_null(attempt.summary)},
            {"culprits", std::move(culprits)},
            {"unmet", attempt.unmet},
            {"recording", text_or_null(attempt.recording)},
            {"log", text_or_null(attempt.log)},
            {"left_behind", attempt.left_behind}};
}

const KnownWedge *known_of(const Results &results, const Outcome &outcome) {
    for (const Attempt &attempt : outcome.attempts)
        if (const KnownWedge *wedge = results.known.find(attempt.culprits))
            return wedge;
    return nullptr;
}

ordered_json to_json(const Results &results, const Outcome &outcome) {
    ordered_json attempts = ordered_json::array();
    for (const Attempt &attempt : outcome.attempts)
        attempts.push_back(to_json(attempt));
    const KnownWedge *known = known_of(results, outcome);
    return {{"name", outcome.suite->name},
            {"argv", outcome.suite->argv},
            {"status", name(outcome.status)},
            {"fails", fails(outcome.status, results.rules)},
            {"length_s", rounded(outcome.length())},
            {"why", text_or_null(outcome.why)},
            {"known", known ? ordered_json(known->name) : ordered_json()},
            {"attempts", std::move(attempts)}};
}

} // namespace

std::string to_json(const Results &results) {
    ordered_json suites = ordered_json::array();
    for (const Outcome &outcome : results.outcomes)
        suites.push_back(to_json(results, outcome));
    ordered_json counts = ordered_json::object();
    for (const auto &[status, number] : count(results.outcomes))
        counts[std::string(name(status))] = number;
    ordered_json known = ordered_json::array();
    for (const Hits &hits : hits_of(results.known, results.outcomes))
        known.push_back({{"name", hits.wedge->name},
                         {"fingerprint", hits.wedge->fingerprint},
                         {"note", text_or_null(hits.wedge->note)},
                         {"until", text_or_null(hits.wedge->until)},
                         {"expired", hits.wedge->is_expired(today())},
                         {"hits", hits.hits},
                         {"attempts", hits.attempts}});
    const ordered_json all{
        {"schema", "unwedge.gate/1"},
        {"began", results.began},
        {"host", results.host},
        {"kernel", results.kernel},
        {"length_s", rounded(results.length)},
        {"passed", exit_status(results) == 0},
        {"interrupted_by", results.interrupted_by ? ordered_json(*results.interrupted_by) : ordered_json()},
        {"counts", std::move(counts)},
        {"suites", std::move(suites)},
        {"known", std::move(known)}};
    return json_text(all);
}

} // namespace unwedge::gate
