// SPDX-License-Identifier: GPL-2.0-only
#include "gate/statistics.h"

#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/complement.hpp>
#include <boost/math/distributions/hypergeometric.hpp>

#include <algorithm>

namespace unwedge::gate {
namespace {

using boost::math::binomial;
using boost::math::hypergeometric;

/// Probabilities that are equal but for rounding are equal: a relative difference, as R's fisher.test has it.
constexpr double rounding = 1e-7;

/// How many of all hits fall to the other side if sides make no difference. The range of what is possible:
struct Split {
    Split(std::size_t hits, std::size_t base_runs, std::size_t other_runs)
        : least(hits > base_runs ? hits - base_runs : 0), most(std::min(hits, other_runs)),
          law(static_cast<unsigned>(hits), static_cast<unsigned>(other_runs),
              static_cast<unsigned>(base_runs + other_runs)) {}

    std::size_t least;
    std::size_t most;
    hypergeometric law;
};

/// P(X >= count).
double at_least(const Split &split, std::size_t count) {
    return count <= split.least ? 1 : cdf(complement(split.law, static_cast<double>(count - 1)));
}

/// How few hits of the other side prove it, where the base has `base_hits`; `runs` + 1 if none do. The more
/// the base has, the more it takes, so the search begins with what fewer needed.
std::size_t proving_hits(std::size_t base_hits, std::size_t runs, double alpha, std::size_t from) {
    std::size_t hits = from;
    while (hits <= runs && !proves(p_more({base_hits, runs}, {hits, runs}), alpha))
        ++hits;
    return hits;
}

} // namespace

Interval exact_interval(const Share &share, double sureness) {
    if (share.runs == 0)
        return {};
    const double tail = (1 - sureness) / 2;
    const auto runs = static_cast<double>(share.runs);
    const auto hits = static_cast<double>(share.hits);
    return {.low = binomial::find_lower_bound_on_p(runs, hits, tail),
            .high = binomial::find_upper_bound_on_p(runs, hits, tail)};
}

double p_more(const Share &base, const Share &other) {
    if (base.runs == 0 || other.runs == 0)
        return 1;
    return at_least(Split(base.hits + other.hits, base.runs, other.runs), other.hits);
}

double p_different(const Share &base, const Share &other) {
    if (base.runs == 0 || other.runs == 0)
        return 1;
    const Split split(base.hits + other.hits, base.runs, other.runs);
    const double seen = pdf(split.law, static_cast<double>(other.hits));
    double sum = 0;
    for (std::size_t count = split.least; count <= split.most; ++count)
        if (const double one = pdf(split.law, static_cast<double>(count)); one <= seen * (1 + rounding))
            sum += one;
    return std::min(sum, 1.0);
}

bool proves(double p, double alpha) {
    return p <= alpha * (1 + rounding);
}

double least_p_more(std::size_t hits, std::size_t base_runs, std::size_t other_runs) {
    const std::size_t most = std::min(hits, other_runs);
    return p_more({hits - most, base_runs}, {most, other_runs});
}

double corrected_alpha(double alpha, std::vector<double> least) {
    std::size_t questions = 1;
    const auto answerable = [&] {
        return std::ranges::count_if(
            least, [&](double p) { return proves(p, alpha / static_cast<double>(questions)); });
    };
    while (static_cast<std::size_t>(answerable()) > questions)
        ++questions;
    return alpha / static_cast<double>(questions);
}

double power(double base, double other, std::size_t runs, double alpha) {
    if (runs == 0)
        return 0;
    const binomial base_law(static_cast<double>(runs), base);
    const binomial other_law(static_cast<double>(runs), other);
    double sum = 0;
    std::size_t proving = 1;
    for (std::size_t hits = 0; hits <= runs && proving <= runs; ++hits) {
        const double weight = pdf(base_law, static_cast<double>(hits));
        if (weight < 1e-9) // too seldom to matter; the search would take longest there
            continue;
        proving = proving_hits(hits, runs, alpha, proving);
        if (proving <= runs)
            sum += weight * cdf(complement(other_law, static_cast<double>(proving - 1)));
    }
    return sum;
}

std::optional<std::size_t> runs_needed(double base, double other, double alpha, double wanted,
                                       std::size_t most) {
    if (other <= base)
        return std::nullopt;
    std::size_t too_few = 0;
    std::size_t enough = 3; // of fewer not even all against none proves anything at 0.05
    while (power(base, other, enough, alpha) < wanted) {
        if (enough >= most)
            return std::nullopt;
        too_few = enough;
        enough = std::min(enough * 2, most);
    }
    while (enough - too_few > std::max<std::size_t>(1, enough / 10)) {
        const std::size_t middle = too_few + (enough - too_few) / 2;
        (power(base, other, middle, alpha) < wanted ? too_few : enough) = middle;
    }
    return enough;
}

} // namespace unwedge::gate
