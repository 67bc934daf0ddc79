// SPDX-License-Identifier: GPL-2.0-only
#include "gate/comparison.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace unwedge::gate {
namespace {

constexpr int experiments = 10000;
constexpr double detect = 0.2;

/// Runs of both sides, as if they had been.
class Runs {
  public:
    Runs &add(std::size_t side, std::size_t times, Ending ending, const std::string &fingerprint = "f") {
        for (std::size_t i = 0; i < times; ++i) {
            PastRun run{.number = runs_.size() + 1, .side = side};
            run.attempt.ending = ending;
            run.attempt.status = ending == Ending::failed ? 1 : 0;
            if (ending == Ending::hung && !fingerprint.empty())
                run.attempt.culprits = {{"stopped_consuming", "child", fingerprint}};
            runs_.push_back(std::move(run));
        }
        return *this;
    }
    Comparison compared() const { return compare_sides(runs_, detect, {}); }
    Finding finding() const { return conclude(runs_, detect, {}).finding; }

  private:
    std::vector<PastRun> runs_;
};

constexpr auto base = base_side;
constexpr auto change = change_side;
using enum Ending;

TEST(Comparison, SaysRegressionWhereTheChangeHangsAndTheBaselineDoesNot) {
    const Comparison comparison = Runs().add(base, 5, passed).add(change, 5, hung).compared();
    EXPECT_EQ(Finding::regression, comparison.finding);
    EXPECT_EQ("fails or hangs", comparison.failings.front().what);
    EXPECT_DOUBLE_EQ(false_alarm, comparison.alpha) << "one way to hang is one question";
}

TEST(Comparison, SaysPreExistingOnlyWhereTheBaselineDidTheSame) {
    EXPECT_EQ(
        Finding::pre_existing,
        Runs().add(base, 4, passed).add(base, 1, hung).add(change, 3, passed).add(change, 2, hung).finding());
    EXPECT_EQ(Finding::no_evidence, Runs()
                                        .add(base, 4, passed)
                                        .add(base, 1, hung, "another")
                                        .add(change, 3, passed)
                                        .add(change, 2, hung)
                                        .finding());
}

TEST(Comparison, SeesANewHangAmongOldOnesAsOftenAsThatAndNew) {
    const Comparison comparison = Runs()
                                      .add(base, 10, passed)
                                      .add(base, 10, hung, "old")
                                      .add(change, 10, passed)
                                      .add(change, 10, hung, "new")
                                      .compared();
    EXPECT_EQ(Finding::regression, comparison.finding);
    EXPECT_LT(comparison.alpha, false_alarm) << "three questions were asked";
}

TEST(Comparison, RefusesWhereRunsAreTooFew) {
    for (const std::size_t runs : {1, 2}) {
        const Comparison comparison = Runs().add(base, runs, passed).add(change, runs, hung).compared();
        EXPECT_EQ(Finding::no_evidence, comparison.finding);
        ASSERT_TRUE(comparison.more_runs);
        EXPECT_GE(*comparison.more_runs, 3 - runs);
    }
}

TEST(Comparison, NeedsEnoughCleanRunsToSayNoRegression) {
    EXPECT_EQ(Finding::no_regression, Runs().add(base, 14, passed).add(change, 14, passed).finding());
    const Comparison fewer = Runs().add(base, 13, passed).add(change, 13, passed).compared();
    EXPECT_EQ(Finding::no_evidence, fewer.finding);
    EXPECT_EQ(1U, fewer.more_runs.value_or(0));
}

TEST(Comparison, KnowsABaselineThatCannotRun) {
    EXPECT_EQ(Finding::cannot_run, Runs().add(base, 1, broken).add(change, 3, hung).finding());
    EXPECT_EQ(Finding::cannot_run, Runs().add(base, 5, failed).add(change, 5, hung).finding());
    EXPECT_EQ(Finding::no_regression, Runs().add(base, 14, failed).add(change, 14, passed).finding())
        << "the change mends it";
    EXPECT_EQ(Finding::pre_existing, Runs().add(base, 5, failed).add(change, 5, failed).finding());
}

TEST(Comparison, WithoutRunsTellsNothing) {
    EXPECT_EQ(Finding::no_evidence, Runs().finding());
    EXPECT_EQ(Finding::no_evidence, Runs().add(base, 3, interrupted).add(change, 3, hung).finding());
}

/// Experiments with planted probabilities of two kinds of hang; how often each finding comes.
std::map<Finding, int> simulate(double at_base, double at_change, std::size_t runs) {
    std::mt19937_64 generator(13);
    std::map<Finding, int> found;
    for (int i = 0; i < experiments; ++i) {
        Runs both;
        for (const std::size_t side : {base, change}) {
            const double hang = side == base ? at_base : at_change;
            std::binomial_distribution<std::size_t> hangs(runs, hang);
            const std::size_t hits = hangs(generator);
            std::binomial_distribution<std::size_t> of_one_kind(hits, 0.7);
            const std::size_t one = of_one_kind(generator);
            both.add(side, runs - hits, passed).add(side, one, hung, "f").add(side, hits - one, hung, "g");
        }
        ++found[both.finding()];
    }
    return found;
}

TEST(Comparison, SaysRegressionOfWhatIsNoneNoOftenerThanItStates) {
    for (const double truth : {0.0, 0.1, 0.5})
        for (const std::size_t runs : {5, 20}) {
            std::map<Finding, int> found = simulate(truth, truth, runs);
            EXPECT_LE(found[Finding::regression], false_alarm * experiments) << truth << " in " << runs;
        }
}

TEST(Comparison, FindsPlantedRegressionsAndNeverCallsThemPreExisting) {
    std::map<Finding, int> found = simulate(0.0, 0.5, 20);
    EXPECT_GE(found[Finding::regression], 0.95 * experiments);
    EXPECT_EQ(0, found[Finding::pre_existing]);
}

TEST(Comparison, FindsWhatWasThereBefore) {
    std::map<Finding, int> found = simulate(0.5, 0.5, 20);
    EXPECT_GE(found[Finding::pre_existing], 0.9 * experiments);
}

TEST(Comparison, RefusesUnderpoweredExperiments) {
    std::map<Finding, int> found = simulate(0.0, 0.5, 2);
    EXPECT_EQ(experiments, found[Finding::no_evidence]);
}

} // namespace
} // namespace unwedge::gate
