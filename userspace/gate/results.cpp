// SPDX-License-Identifier: GPL-2.0-only
#include "gate/results.h"

#include "session/exit_status.h"
#include "util/units.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace unwedge::gate {
namespace {

std::string_view in_words(Status status) {
    switch (status) {
    case Status::pass: return "passed";
    case Status::fail: return "failed";
    case Status::hang: return "hung";
    case Status::flaky_hang: return "hung, then passed";
    case Status::flaky: return "failed, then passed";
    case Status::known_wedge: return "hung by a known wedge";
    case Status::skipped: return "skipped";
    case Status::interrupted: return "interrupted";
    case Status::not_run: return "not run";
    }
    return "?";
}

} // namespace

int exit_status(const Results &results) {
    if (results.interrupted_by)
        return session::exit_signal_base + *results.interrupted_by;
    return std::ranges::any_of(results.outcomes,
                               [&](const Outcome &one) { return fails(one.status, results.rules); })
               ? 1
               : 0;
}

std::string counts_text(const Results &results) {
    std::string text = counted(results.outcomes.size(), "suite");
    std::string_view joint = ": ";
    for (const auto &[status, number] : count(results.outcomes)) {
        text += fmt::format("{}{} {}", joint, number, in_words(status));
        joint = ", ";
    }
    return text;
}

} // namespace unwedge::gate
