// SPDX-License-Identifier: GPL-2.0-only
#include "gate/past_runs.h"

#include "util/printable.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace unwedge::gate {
namespace {

std::string hang_words(const Attempt &attempt, const KnownWedges &known) {
    return attempt.culprits.empty() ? "no culprit found" : culprit_text(attempt.culprits.front(), known);
}

} // namespace

Counts count(const std::vector<PastRun> &runs) {
    Counts counts;
    for (const PastRun &run : runs)
        switch (run.attempt.ending) {
        case Ending::passed: ++counts.passed; break;
        case Ending::failed: ++counts.failed; break;
        case Ending::hung: ++counts.hung; break;
        case Ending::broken: ++counts.broken; break;
        case Ending::skipped:
        case Ending::interrupted: ++counts.interrupted; break;
        }
    return counts;
}

std::vector<PastRun> of_side(const std::vector<PastRun> &runs, std::size_t side) {
    std::vector<PastRun> those;
    std::ranges::copy_if(runs, std::back_inserter(those),
                         [side](const PastRun &run) { return run.side == side; });
    return those;
}

std::vector<MetHang> hangs_of(const std::vector<PastRun> &runs) {
    std::vector<MetHang> hangs;
    for (const PastRun &run : runs) {
        if (run.attempt.ending != Ending::hung)
            continue;
        const std::vector<Culprit> &culprits = run.attempt.culprits;
        const auto same = [&](const MetHang &hang) {
            return hang.culprit
                       ? !culprits.empty() && hang.culprit->fingerprint == culprits.front().fingerprint
                       : culprits.empty();
        };
        auto hang = std::ranges::find_if(hangs, same);
        if (hang == hangs.end())
            hang =
                hangs.insert(hang, {culprits.empty() ? std::nullopt : std::optional(culprits.front()), {}});
        hang->numbers.push_back(run.number);
    }
    std::ranges::stable_sort(hangs, std::greater{}, [](const MetHang &hang) { return hang.numbers.size(); });
    return hangs;
}

Lengths lengths_of(const std::vector<PastRun> &runs, Ending ending) {
    std::vector<Nanos> all;
    for (const PastRun &run : runs)
        if (run.attempt.ending == ending)
            all.push_back(run.attempt.length);
    if (all.empty())
        return {};
    std::ranges::sort(all);
    const Nanos median = (all[(all.size() - 1) / 2] + all[all.size() / 2]) / 2;
    return {all.size(), all.front(), median, all.back()};
}

std::string culprit_text(const Culprit &culprit, const KnownWedges &known) {
    const KnownWedge *wedge = known.find({culprit});
    return printable(fmt::format("{} by {} [{}]{}", culprit.kind, culprit.actor, culprit.fingerprint,
                                 wedge ? fmt::format(", known: {}", wedge->name) : ""));
}

std::string reason_of(const Attempt &attempt, const KnownWedges &known) {
    switch (attempt.ending) {
    case Ending::passed: return "";
    case Ending::failed:
        return attempt.unmet.empty()
                   ? status_text(attempt.status)
                   : printable(fmt::format("not as expected: {}", fmt::join(attempt.unmet, "; ")));
    case Ending::hung: return hang_words(attempt, known);
    case Ending::broken: return fmt::format("could not be run: {}", status_text(attempt.status));
    case Ending::skipped:
    case Ending::interrupted: return "does not count";
    }
    return "";
}

} // namespace unwedge::gate
