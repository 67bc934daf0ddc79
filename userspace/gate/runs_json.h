// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "gate/past_runs.h"

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

/// What the JSON of `flake`, of `compare` and of `gate` have in common.
namespace unwedge::gate {

/// "runs", "pass", "fail", "hang", "rate", "interval", ... of these runs.
nlohmann::ordered_json counts_json(const std::vector<PastRun> &runs);

/// Each kind of hang: "fingerprint", "kind", "actor", "known", "count", "in".
nlohmann::ordered_json hangs_json(const std::vector<PastRun> &runs, const KnownWedges &known);

/// Each run; `sides`: what they are called, empty if there is one only.
nlohmann::ordered_json attempts_json(const std::vector<PastRun> &runs, const std::vector<std::string> &sides);

/// null where it is empty.
nlohmann::ordered_json text_or_null(const std::string &text);

/// As text that is JSON whatever a program has called itself; with a newline.
std::string json_text(const nlohmann::ordered_json &json);

} // namespace unwedge::gate
