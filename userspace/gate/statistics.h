// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

/// What counts of runs prove. Pure: no run is made here.
namespace unwedge::gate {

/// Of a probability: 0 <= low <= high <= 1.
struct Interval {
    double low = 0;
    double high = 1;
};

/// How sure intervals are.
constexpr double confidence = 0.95;

/// In how many of its runs a side showed what is looked for.
struct Share {
    std::size_t hits = 0; ///< <= runs
    std::size_t runs = 0; ///< <= 1,000,000
    double rate() const { return runs == 0 ? 0 : static_cast<double>(hits) / static_cast<double>(runs); }
};

/// The exact interval by Clopper and Pearson, two-sided: whatever the true probability is, it lies within in
/// at least `sureness` (0 to 1) of all experiments. Without runs: 0 to 1.
Interval exact_interval(const Share &share, double sureness = confidence);

/// Fisher's exact test, one-sided: if both sides did the same, how probable it would be that `other` got at
/// least as many of all hits as it has. 1 where a side has no runs.
double p_more(const Share &base, const Share &other);

/// The same, two-sided: how probable a distribution of the hits is that is no likelier than this one.
double p_different(const Share &base, const Share &other);

/// p is at most `alpha`, up to rounding: 3 of 3 against none of 3 is 1/20.
bool proves(double p, double alpha);

/// The smallest p_more() that so many hits in all could give: with all of them, or as many as it has runs, on
/// the other side.
double least_p_more(std::size_t hits, std::size_t base_runs, std::size_t other_runs);

/// Several questions are asked of the same runs; at which p may each be answered with yes, so that one false
/// yes among them is no likelier than `alpha`? By Bonferroni, without those that could never be answered so,
/// as Tarone has it: `least` has least_p_more() of each.
double corrected_alpha(double alpha, std::vector<double> least);

/// How probable it is that p_more() of `runs` runs on each side is at most `alpha`, if these are the true
/// probabilities.
double power(double base, double other, std::size_t runs, double alpha);

/// About how many runs each side needs so that power() is `wanted`: of the sizes that were tried the smallest
/// that has it, and a tenth less does not. nullopt: `other` is not the higher one, or it is more than `most`.
std::optional<std::size_t> runs_needed(double base, double other, double alpha, double wanted,
                                       std::size_t most);

} // namespace unwedge::gate
