// SPDX-License-Identifier: GPL-2.0-only
#include "gate/compare_report.h"

#include "gate/runs_json.h"
#include "util/units.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace unwedge::gate {
namespace {

std::string verdict_words(const Comparison &comparison) {
    switch (comparison.finding) {
    case Finding::regression: return "regression";
    case Finding::pre_existing: return "pre-existing";
    case Finding::no_regression: return "no regression";
    case Finding::no_evidence:
        return comparison.more_runs
                   ? fmt::format("no evidence yet: about {} more runs of each side needed",
                                 *comparison.more_runs)
                   : fmt::format("no evidence yet: more than {} runs of each side needed", most_wanted_runs);
    case Finding::cannot_run: return "baseline can't run: revert only the suspect layer with --only";
    }
    return "?";
}

std::string counted_side(const Share &share) {
    const Interval interval = exact_interval(share);
    return fmt::format("{:>3} of {:<3} ({:.0f} to {:.0f} %)", share.hits, share.runs, interval.low * 100,
                       interval.high * 100);
}

std::string sides_text(const Comparison &comparison) {
    std::string text = fmt::format("  {:<22}  {:<22}  {:<8}  (with the exact {:.0f} % interval)\n",
                                   "baseline", "change", "p", confidence * 100);
    for (const Failing &one : comparison.failings)
        text += fmt::format("  {:<22}  {:<22}  {:<8.2g}  {}\n", counted_side(one.base),
                            counted_side(one.change), one.p, one.what);
    return text;
}

/// What the verdict promises, and what it does not.
std::string promise_text(const Comparison &comparison) {
    std::string text = fmt::format("p is of Fisher's exact test that the change does it more often; up to "
                                   "{:.2g} counts, so that of changes "
                                   "that do no harm at most {:.0f} % are called a regression\n",
                                   comparison.alpha, false_alarm * 100);
    if (comparison.finding == Finding::pre_existing && comparison.more_runs)
        text += fmt::format(
            "that the change does it more often is not shown: were the rates as seen, about {} more "
            "runs of each side would\n",
            *comparison.more_runs);
    return text;
}

nlohmann::ordered_json failings_json(const Comparison &comparison) {
    using Json = nlohmann::ordered_json;
    Json all = Json::array();
    for (const Failing &one : comparison.failings)
        all.push_back({{"what", one.what},
                       {"fingerprint", one.fingerprint.empty() ? Json() : Json(one.fingerprint)},
                       {"baseline", one.base.hits},
                       {"change", one.change.hits},
                       {"p", one.p}});
    return all;
}

} // namespace

std::string to_text(const CompareReport &report) {
    const Comparison &comparison = report.comparison;
    return fmt::format("{}\n  {}\n{} in {}{}, at {:.12} and at the working tree\n{}{}",
                       verdict_words(comparison), comparison.why, counted(report.runs.size(), "run"),
                       duration_text(report.length), report.interrupted ? " (interrupted)" : "",
                       report.commit, sides_text(comparison), promise_text(comparison));
}

std::string to_json(const CompareReport &report) {
    using Json = nlohmann::ordered_json;
    const Comparison &comparison = report.comparison;
    const std::vector<PastRun> base = of_side(report.runs, base_side);
    const std::vector<PastRun> change = of_side(report.runs, change_side);
    Json json{{"schema", "unwedge.compare/1"},
              {"at", wall_clock_now()},
              {"command", report.options.argv},
              {"baseline_commit", report.commit},
              {"only", report.options.only},
              {"seconds", seconds(report.length)},
              {"interrupted", report.interrupted},
              {"verdict", name(comparison.finding)},
              {"why", comparison.why},
              {"more_runs", comparison.more_runs ? Json(*comparison.more_runs) : Json()},
              {"error_rate", false_alarm},
              {"alpha", comparison.alpha},
              {"failings", failings_json(comparison)}};
    json["baseline"] = counts_json(base);
    json["baseline"]["fingerprints"] = hangs_json(base, report.known);
    json["change"] = counts_json(change);
    json["change"]["fingerprints"] = hangs_json(change, report.known);
    json["attempts"] = attempts_json(report.runs, {"baseline", "change"});
    return json_text(json);
}

} // namespace unwedge::gate
