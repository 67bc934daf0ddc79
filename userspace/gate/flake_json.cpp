// SPDX-License-Identifier: GPL-2.0-only
#include "gate/flake_report.h"
#include "gate/runs_json.h"

#include <nlohmann/json.hpp>

namespace unwedge::gate {

std::string to_json(const FlakeReport &report) {
    using Json = nlohmann::ordered_json;
    const bool provokes = report.options.provoke.has_value();
    Json json{{"schema", "unwedge.flake/1"},
              {"at", wall_clock_now()},
              {"command", report.options.argv},
              {"seconds", seconds(report.length)},
              {"interrupted", report.interrupted}};
    json.update(counts_json(report.runs));
    json["fingerprints"] = hangs_json(report.runs, report.known);
    json["provoke"] = nullptr;
    if (provokes) {
        const std::vector<PastRun> plain = of_side(report.runs, 0);
        const std::vector<PastRun> provoked = of_side(report.runs, 1);
        json["provoke"] = {{"spec", *report.options.provoke},
                           {"seed", report.options.seed ? Json(*report.options.seed) : Json()},
                           {plain_side, counts_json(plain)},
                           {provoked_side, counts_json(provoked)},
                           {"p", p_more(count(plain).bad(), count(provoked).bad())}};
    }
    json["attempts"] =
        attempts_json(report.runs, provokes ? std::vector<std::string>{plain_side, provoked_side}
                                            : std::vector<std::string>{});
    return json_text(json);
}

} // namespace unwedge::gate
