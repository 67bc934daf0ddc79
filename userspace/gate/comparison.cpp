// SPDX-License-Identifier: GPL-2.0-only
#include "gate/comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace unwedge::gate {
namespace {

/// What tells one way not to pass from another: the fingerprint of a hang, the exit status of a failure.
using Sign = std::pair<Ending, std::string>;

Sign sign_of(const Attempt &attempt, const KnownWedges &known) {
    if (attempt.ending == Ending::hung)
        return {Ending::hung, attempt.culprits.empty() ? "" : attempt.culprits.front().fingerprint};
    return {Ending::failed, reason_of(attempt, known)};
}

Share &side_of(Failing &failing, std::size_t side) {
    return side == base_side ? failing.base : failing.change;
}

/// All that was seen, with "any of it" first; that one is left out where it says the same as the only other.
std::vector<Failing> failings_of(const std::vector<PastRun> &runs, const KnownWedges &known) {
    Failing any{.what = "fails or hangs"};
    std::map<Sign, Failing> each;
    for (const PastRun &run : runs) {
        const Ending ending = run.attempt.ending;
        if (ending != Ending::failed && ending != Ending::hung)
            continue;
        ++side_of(any, run.side).hits;
        Sign sign = sign_of(run.attempt, known);
        Failing &one = each[sign];
        one.what = ending == Ending::hung ? "hang: " + reason_of(run.attempt, known) : sign.second;
        one.fingerprint = ending == Ending::hung ? sign.second : "";
        ++side_of(one, run.side).hits;
    }
    std::vector<Failing> all{std::move(any)};
    for (auto &[sign, failing] : each)
        all.push_back(std::move(failing));
    const std::size_t base_runs = count(of_side(runs, base_side)).runs();
    const std::size_t change_runs = count(of_side(runs, change_side)).runs();
    for (Failing &failing : all) {
        failing.base.runs = base_runs;
        failing.change.runs = change_runs;
        failing.p = p_more(failing.base, failing.change);
    }
    return all;
}

/// What could be proven is settled by how often each was seen in all, not by where: so the correction can't
/// be chosen by the outcome, and the promise of `false_alarm` holds.
double alpha_for(const std::vector<Failing> &failings) {
    std::vector<double> least;
    const bool one_only = failings.size() == 2; // it is the same question as "any of it"
    for (const Failing &failing : failings)
        if (!one_only || &failing == &failings.front())
            least.push_back(least_p_more(failing.base.hits + failing.change.hits, failing.base.runs,
                                         failing.change.runs));
    return corrected_alpha(false_alarm, std::move(least));
}

std::string of(const Share &share) {
    return fmt::format("{} of {}", share.hits, share.runs);
}

Comparison concluded(Comparison comparison, Finding finding, std::string why) {
    comparison.finding = finding;
    comparison.why = std::move(why);
    return comparison;
}

/// The baseline never got as far as to pass or to hang, and the change does something else.
bool says_nothing(const std::vector<Failing> &failings, const Counts &base) {
    if (base.runs() == 0)
        return true;
    const bool always_fails = base.passed == 0 && base.hung == 0;
    return always_fails && std::ranges::none_of(failings.begin() + 1, failings.end(), [](const Failing &one) {
               return one.base.hits > 0 && one.change.hits > 0;
           });
}

/// How many runs a rate needs to show in 95 of 100 experiments.
std::size_t runs_to_detect(double detect) {
    return static_cast<std::size_t>(std::ceil(std::log(false_alarm) / std::log1p(-detect) - 1e-9));
}

Comparison without_failing(Comparison comparison, double detect) {
    const Failing &any = comparison.failings.front();
    const std::size_t needed = runs_to_detect(detect);
    if (any.change.runs >= needed)
        return concluded(
            std::move(comparison), Finding::no_regression,
            fmt::format("nothing in {} runs of the change; had it a rate of {:.3g} %, that would "
                        "have shown with at least 95 %",
                        any.change.runs, detect * 100));
    comparison.more_runs = needed - any.change.runs;
    return concluded(std::move(comparison), Finding::no_evidence,
                     fmt::format("nothing in {} runs of the change, too few to notice a rate of {:.3g} %",
                                 any.change.runs, detect * 100));
}

} // namespace

std::string_view name(Finding finding) {
    switch (finding) {
    case Finding::regression: return "regression";
    case Finding::pre_existing: return "pre-existing";
    case Finding::no_regression: return "no-regression";
    case Finding::no_evidence: return "no-evidence";
    case Finding::cannot_run: return "baseline-cannot-run";
    }
    return "?";
}

Comparison conclude(const std::vector<PastRun> &runs, double detect, const KnownWedges &known) {
    Comparison comparison{.failings = failings_of(runs, known)};
    comparison.alpha = alpha_for(comparison.failings);
    const std::vector<Failing> &failings = comparison.failings;
    const Failing any = failings.front();
    if (any.change.runs == 0)
        return concluded(std::move(comparison), Finding::no_evidence, "no run of the change counts");
    const Counts base = count(of_side(runs, base_side));
    if (base.runs() == 0 && base.broken == 0)
        return concluded(std::move(comparison), Finding::no_evidence, "no run of the baseline counts");
    if (any.change.hits > 0 || base.runs() == 0)
        if (says_nothing(failings, base))
            return concluded(std::move(comparison), Finding::cannot_run,
                             fmt::format("it passed in none of {} runs, and never failed as the change does",
                                         base.runs() + base.broken));
    const auto worst = std::ranges::min_element(failings, {}, &Failing::p);
    if (proves(worst->p, comparison.alpha)) {
        const std::string why = fmt::format("{} at the change, {} at the baseline: {}", of(worst->change),
                                            of(worst->base), worst->what);
        return concluded(std::move(comparison), Finding::regression, why);
    }
    if (any.change.hits == 0)
        return without_failing(std::move(comparison), detect);
    const auto unseen = std::find_if(failings.begin() + 1, failings.end(), [](const Failing &one) {
        return one.change.hits > 0 && one.base.hits == 0;
    });
    comparison.open = unseen == failings.end() ? 0 : static_cast<std::size_t>(unseen - failings.begin());
    const Failing asked = failings.at(*comparison.open);
    if (unseen == failings.end())
        return concluded(std::move(comparison), Finding::pre_existing,
                         "the baseline does all that the change does wrong");
    return concluded(std::move(comparison), Finding::no_evidence,
                     fmt::format("seen in {} runs of the change and in none of {} of the baseline: {}",
                                 of(asked.change), asked.base.runs, asked.what));
}

Comparison compare_sides(const std::vector<PastRun> &runs, double detect, const KnownWedges &known) {
    Comparison comparison = conclude(runs, detect, known);
    if (!comparison.open)
        return comparison;
    const Failing &asked = comparison.failings.at(*comparison.open);
    const std::size_t had = std::min(asked.base.runs, asked.change.runs);
    const std::optional<std::size_t> wanted =
        runs_needed(asked.base.rate(), asked.change.rate(), comparison.alpha, wanted_power, most_wanted_runs);
    if (wanted)
        comparison.more_runs = *wanted > had ? *wanted - had : 1;
    return comparison;
}

} // namespace unwedge::gate
