// SPDX-License-Identifier: GPL-2.0-only
#include "gate/statistics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <random>
#include <tuple>

namespace unwedge::gate {
namespace {

constexpr int experiments = 10000;

/// Draws how many of `runs` hit.
class Experiment {
  public:
    Experiment(double probability, std::size_t runs) : law_(runs, probability), runs_(runs) {}
    Share draw(std::mt19937_64 &generator) { return {law_(generator), runs_}; }

  private:
    std::binomial_distribution<std::size_t> law_;
    std::size_t runs_;
};

TEST(ExactInterval, IsAsRHasIt) { // binom.test(3, 10), binom.test(0, 10)
    const Interval some = exact_interval({3, 10});
    EXPECT_NEAR(0.06673951, some.low, 1e-7);
    EXPECT_NEAR(0.6524529, some.high, 1e-7);
    const Interval none = exact_interval({0, 10});
    EXPECT_EQ(0, none.low);
    EXPECT_NEAR(0.3084971, none.high, 1e-7);
}

TEST(ExactInterval, WithoutRunsIsAllThereIs) {
    EXPECT_EQ(0, exact_interval({0, 0}).low);
    EXPECT_EQ(1, exact_interval({0, 0}).high);
    EXPECT_EQ(1, exact_interval({1, 1}).high);
}

TEST(ExactInterval, CoversTheTruthAtLeastAsOftenAsItSays) {
    std::mt19937_64 generator(9);
    for (const double truth : {0.0, 0.01, 0.1, 0.5, 0.93, 1.0})
        for (const std::size_t runs : {3, 20, 137}) {
            Experiment experiment(truth, runs);
            int covered = 0;
            for (int i = 0; i < experiments; ++i) {
                const Interval interval = exact_interval(experiment.draw(generator));
                covered += interval.low <= truth && truth <= interval.high ? 1 : 0;
            }
            EXPECT_GE(covered, confidence * experiments) << truth << " in " << runs << " runs";
        }
}

/// With --until-hang the number of runs is drawn, too.
TEST(ExactInterval, CoversTheTruthWhenTheFirstHitEndsTheExperiment) {
    std::mt19937_64 generator(10);
    for (const double truth : {0.03, 0.1, 0.5, 0.9}) {
        std::geometric_distribution<std::size_t> misses(truth);
        int covered = 0;
        for (int i = 0; i < experiments; ++i) {
            const Interval interval = exact_interval({1, misses(generator) + 1});
            covered += interval.low <= truth && truth <= interval.high ? 1 : 0;
        }
        EXPECT_GE(covered, confidence * experiments) << truth;
    }
}

TEST(Fisher, IsAsRHasIt) { // fisher.test(matrix(c(7, 3, 1, 9), 2)), and with alternative = "greater"
    EXPECT_NEAR(0.009883306, p_more({1, 10}, {7, 10}), 1e-8);
    EXPECT_NEAR(0.01976661, p_different({1, 10}, {7, 10}), 1e-7);
    EXPECT_NEAR(1 - 1.0 / 20, 1 - p_more({0, 3}, {3, 3}), 1e-12);
    EXPECT_EQ(1, p_more({3, 3}, {0, 3}));
    EXPECT_EQ(1, p_more({0, 0}, {3, 3}));
    EXPECT_EQ(1, p_different({0, 5}, {0, 5}));
}

TEST(Fisher, AllOfThreeAgainstNoneProvesAtAFifthOfAQuarter) {
    EXPECT_TRUE(proves(p_more({0, 3}, {3, 3}), 0.05));
    EXPECT_FALSE(proves(p_more({0, 2}, {2, 2}), 0.05));
}

TEST(Fisher, SeldomProvesWhatIsNotSo) {
    std::mt19937_64 generator(11);
    for (const double truth : {0.05, 0.3, 0.5})
        for (const std::size_t runs : {5, 20, 60}) {
            Experiment experiment(truth, runs);
            int proven = 0;
            for (int i = 0; i < experiments; ++i) {
                const Share base = experiment.draw(generator);
                proven += proves(p_more(base, experiment.draw(generator)), 0.05) ? 1 : 0;
            }
            EXPECT_LE(proven, 0.05 * experiments) << truth << " in " << runs << " runs";
        }
}

TEST(CorrectedAlpha, DoesNotCountWhatCanNeverBeProven) {
    EXPECT_DOUBLE_EQ(0.05, corrected_alpha(0.05, {0.001}));
    EXPECT_DOUBLE_EQ(0.025, corrected_alpha(0.05, {0.001, 0.001}));
    EXPECT_DOUBLE_EQ(0.05, corrected_alpha(0.05, {0.001, 0.5, 0.5, 0.2}));
    EXPECT_DOUBLE_EQ(0.05, corrected_alpha(0.05, {}));
}

TEST(Power, IsWhatAnExperimentFinds) {
    std::mt19937_64 generator(12);
    for (const auto &[base, other, runs] :
         {std::tuple(0.0, 0.5, std::size_t{10}), {0.1, 0.5, 20}, {0.3, 0.3, 30}}) {
        Experiment at_base(base, runs);
        Experiment at_other(other, runs);
        int proven = 0;
        for (int i = 0; i < experiments; ++i) {
            const Share drawn = at_base.draw(generator);
            proven += proves(p_more(drawn, at_other.draw(generator)), 0.05) ? 1 : 0;
        }
        EXPECT_NEAR(power(base, other, runs, 0.05), static_cast<double>(proven) / experiments, 0.02);
    }
}

TEST(RunsNeeded, SufficeAndAreNotManyMore) {
    for (const auto &[base, other] : {std::pair(0.0, 0.5), {0.0, 0.1}, {0.1, 0.5}, {0.5, 0.9}}) {
        const std::optional<std::size_t> runs = runs_needed(base, other, 0.05, 0.8, 1000);
        ASSERT_TRUE(runs);
        EXPECT_GE(power(base, other, *runs, 0.05), 0.8);
        EXPECT_LT(power(base, other, *runs * 4 / 5, 0.05), 0.8) << base << " " << other << ": " << *runs;
    }
}

TEST(RunsNeeded, AreUnknownWhereNothingIsMoreFrequentOrTooManyWouldBe) {
    EXPECT_FALSE(runs_needed(0.5, 0.5, 0.05, 0.8, 1000));
    EXPECT_FALSE(runs_needed(0.5, 0.1, 0.05, 0.8, 1000));
    EXPECT_FALSE(runs_needed(0.1, 0.11, 0.05, 0.8, 200));
}

} // namespace
} // namespace unwedge::gate
