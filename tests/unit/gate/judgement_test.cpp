// SPDX-License-Identifier: GPL-2.0-only
#include "gate/judgement.h"

#include <gtest/gtest.h>

#include <initializer_list>

namespace unwedge::gate {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view some_day = "2026-12-01";

std::vector<Attempt> attempts(std::initializer_list<Ending> endings, const std::string &fingerprint = "") {
    std::vector<Attempt> all;
    for (const Ending ending : endings) {
        Attempt attempt{.ending = ending, .length = 1s};
        if (ending == Ending::hung && !fingerprint.empty())
            attempt.culprits.push_back({.fingerprint = fingerprint});
        all.push_back(attempt);
    }
    return all;
}

KnownWedges known(const std::string &until = "") {
    const std::string date = until.empty() ? "" : "until = " + until + "\n";
    return *KnownWedges::parse("[[wedge]]\nfingerprint = \"aa\"\nname = \"x\"\n" + date, "k");
}

Status status(const std::vector<Attempt> &all, const KnownWedges &wedges = {}) {
    return status_of({}, all, wedges, some_day);
}

TEST(Judgement, AHangThatThenPassesIsNeverHidden) {
    EXPECT_EQ(status(attempts({Ending::passed})), Status::pass);
    EXPECT_EQ(status(attempts({Ending::hung, Ending::passed})), Status::flaky_hang);
    EXPECT_EQ(status(attempts({Ending::failed, Ending::passed})), Status::flaky);
    EXPECT_EQ(status(attempts({Ending::hung, Ending::failed, Ending::passed})), Status::flaky_hang);
    EXPECT_EQ(status(attempts({Ending::hung, Ending::skipped})), Status::flaky_hang);
}

TEST(Judgement, TheLastAttemptDecidesOtherwise) {
    EXPECT_EQ(status(attempts({Ending::failed})), Status::fail);
    EXPECT_EQ(status(attempts({Ending::broken})), Status::fail);
    EXPECT_EQ(status(attempts({Ending::hung, Ending::failed})), Status::fail);
    EXPECT_EQ(status(attempts({Ending::hung, Ending::hung})), Status::hang);
    EXPECT_EQ(status(attempts({Ending::failed, Ending::hung})), Status::hang);
    EXPECT_EQ(status(attempts({Ending::skipped})), Status::skipped);
    EXPECT_EQ(status(attempts({Ending::hung, Ending::interrupted})), Status::interrupted);
}

TEST(Judgement, AKnownWedgeIsOneWhoseEveryHangIsKnownAndWhoseEntryHolds) {
    EXPECT_EQ(status(attempts({Ending::hung, Ending::hung}, "aa"), known()), Status::known_wedge);
    EXPECT_EQ(status(attempts({Ending::hung, Ending::hung}, "bb"), known()), Status::hang);
    EXPECT_EQ(status(attempts({Ending::hung, Ending::hung}, "aa"), known("2026-12-01")), Status::known_wedge);
    EXPECT_EQ(status(attempts({Ending::hung, Ending::hung}, "aa"), known("2026-11-30")), Status::hang);
    std::vector<Attempt> mixed = attempts({Ending::hung}, "aa");
    mixed.push_back(attempts({Ending::hung}, "bb").front());
    EXPECT_EQ(status(mixed, known()), Status::hang);
    EXPECT_EQ(status(attempts({Ending::failed, Ending::hung}, "aa"), known()), Status::hang);
}

TEST(Judgement, OnlyHangsAreRetriedUnlessAsked) {
    EXPECT_TRUE(wants_retry(attempts({Ending::hung}), {}));
    EXPECT_FALSE(wants_retry(attempts({Ending::hung, Ending::hung}), {}));
    EXPECT_FALSE(wants_retry(attempts({Ending::failed}), {}));
    EXPECT_FALSE(wants_retry(attempts({Ending::hung, Ending::failed}), {}));
    EXPECT_TRUE(wants_retry(attempts({Ending::failed}), {.on_failure = 1}));
    EXPECT_TRUE(wants_retry(attempts({Ending::failed, Ending::hung}), {.on_hang = 1, .on_failure = 1}));
    EXPECT_FALSE(wants_retry(attempts({Ending::hung}), {.on_hang = 0}));
    for (const Ending ending : {Ending::passed, Ending::skipped, Ending::broken, Ending::interrupted})
        EXPECT_FALSE(wants_retry(attempts({ending}), {.on_hang = 9, .on_failure = 9}));
}

TEST(Judgement, ASuiteSaysWhatItsEndMeans) {
    const auto after = [](const Suite &suite, int exit_status, const std::string &log = "") {
        return meant(suite,
                     {.ending = exit_status == 0 ? Ending::passed : Ending::failed, .status = exit_status},
                     log);
    };
    EXPECT_EQ(after({.skip_status = 77}, 77), Ending::skipped);
    EXPECT_EQ(after({.skip_status = 77}, 1), Ending::failed);
    EXPECT_EQ(after({.skip_output = *Pattern::compile("SKIP(PED)?")}, 0, "all\nSKIPPED\n"), Ending::skipped);
    EXPECT_EQ(after({.skip_output = *Pattern::compile("SKIP(PED)?")}, 0, "all ran\n"), Ending::passed);
    EXPECT_EQ(after({.will_fail = true}, 1), Ending::passed);
    EXPECT_EQ(after({.will_fail = true}, 0), Ending::failed);
    EXPECT_EQ(meant({.will_fail = true}, {.ending = Ending::hung, .status = 124}, ""), Ending::hung);
    EXPECT_EQ(meant({.skip_status = 1}, {.ending = Ending::failed, .status = 1, .unmet = {"x"}}, ""),
              Ending::failed)
        << "an expectation that did not hold is no skip";
}

TEST(Judgement, WhatFailsTheGateIsUpToItsRules) {
    for (const Status bad : {Status::fail, Status::hang, Status::interrupted, Status::not_run})
        EXPECT_TRUE(fails(bad, {.allow_known = true}));
    for (const Status good : {Status::pass, Status::skipped})
        EXPECT_FALSE(fails(good, {.strict = true}));
    for (const Status flaky : {Status::flaky, Status::flaky_hang}) {
        EXPECT_FALSE(fails(flaky, {}));
        EXPECT_TRUE(fails(flaky, {.strict = true}));
    }
    EXPECT_TRUE(fails(Status::known_wedge, {}));
    EXPECT_FALSE(fails(Status::known_wedge, {.allow_known = true}));
}

TEST(Judgement, HitsAreCountedOverTheAttemptsOfTheSuitesThatHadThem) {
    const Suite suite;
    const KnownWedges wedges = known();
    const std::vector<Outcome> outcomes{
        {.suite = &suite, .attempts = attempts({Ending::hung, Ending::passed}, "aa")},
        {.suite = &suite, .attempts = attempts({Ending::hung, Ending::hung}, "aa")},
        {.suite = &suite, .attempts = attempts({Ending::hung}, "bb")}};
    const std::vector<Hits> hits = hits_of(wedges, outcomes);
    ASSERT_EQ(hits.size(), 1U);
    EXPECT_EQ(hits.front().hits, 3U);
    EXPECT_EQ(hits.front().attempts, 4U);
}

TEST(Judgement, HowAnAttemptEndedIsToldInAFewWords) {
    EXPECT_EQ(how_it_ended({.ending = Ending::failed, .status = 3}), "exit status 3");
    EXPECT_EQ(how_it_ended({.ending = Ending::failed, .status = 128 + 11}), "ended by SIGSEGV");
    EXPECT_EQ(how_it_ended({.ending = Ending::broken, .status = 127}), "its command was not found");
    EXPECT_EQ(how_it_ended({.ending = Ending::broken, .status = 125}), "unwedge run itself failed");
    EXPECT_EQ(how_it_ended({.ending = Ending::broken, .status = 137}), "unwedge run was ended by SIGKILL");
    EXPECT_EQ(
        how_it_ended({.ending = Ending::hung, .status = 124, .length = 2s, .summary = "nothing is wedged"}),
        "ended after 2.0 s: nothing is wedged");
    EXPECT_EQ(how_it_ended({.ending = Ending::hung, .status = 143, .length = 2s, .summary = "x"}),
              "ended by a time limit of its own after 2.0 s");
    EXPECT_EQ(how_it_ended({.ending = Ending::failed, .status = 1, .unmet = {"it connected"}}),
              "it connected");
}

} // namespace
} // namespace unwedge::gate
