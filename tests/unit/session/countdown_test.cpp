// SPDX-License-Identifier: GPL-2.0-only
#include "session/countdown.h"

#include <gtest/gtest.h>

#include <initializer_list>

namespace unwedge::session {
namespace {

using namespace std::chrono_literals;
using diagnosis::Confidence;
using diagnosis::Diagnosis;
using diagnosis::Role;
using diagnosis::State;
using diagnosis::Verdict;
using Change = Countdown::Change;

Verdict culprit(facts::Pid pid) {
    return {.role = Role::culprit, .pid = pid, .confidence = Confidence::likely, .state = State::confirmed};
}

Diagnosis of(std::initializer_list<Verdict> verdicts) {
    Diagnosis diagnosis;
    diagnosis.verdicts = verdicts;
    return diagnosis;
}

TEST(Countdown, BeginsOnceAndRunsFromThere) {
    Countdown countdown(10s);
    EXPECT_FALSE(countdown.due());
    EXPECT_EQ(countdown.take(of({}), 1s), Change::none);
    EXPECT_EQ(countdown.take(of({culprit(7)}), 2s), Change::begun);
    EXPECT_EQ(countdown.take(of({culprit(7)}), 5s), Change::none);
    EXPECT_EQ(countdown.due(), 12s);
}

TEST(Countdown, OnlyACulpritThatStandsAndIsSureEnoughCounts) {
    Verdict recovered = culprit(1);
    recovered.state = State::recovered;
    Verdict ended = culprit(2);
    ended.state = State::ended;
    Verdict inconclusive = culprit(3);
    inconclusive.confidence = Confidence::inconclusive;
    Verdict victim = culprit(4);
    victim.role = Role::victim;
    Countdown countdown(10s);
    EXPECT_EQ(countdown.take(of({recovered, ended, inconclusive, victim}), 1s), Change::none);
    EXPECT_FALSE(countdown.due());
}

TEST(Countdown, IsCalledOffAndBeginsAnew) {
    Countdown countdown(10s);
    countdown.take(of({culprit(7)}), 2s);
    EXPECT_EQ(countdown.take(of({}), 4s), Change::called_off);
    EXPECT_FALSE(countdown.due());
    EXPECT_EQ(countdown.take(of({culprit(7)}), 6s), Change::begun);
    EXPECT_EQ(countdown.due(), 16s);
}

TEST(Countdown, EachCulpritHasItsOwnGrace) {
    Countdown countdown(10s);
    countdown.take(of({culprit(7)}), 2s);
    EXPECT_EQ(countdown.take(of({culprit(7), culprit(8)}), 5s), Change::none);
    EXPECT_EQ(countdown.due(), 12s);
    EXPECT_EQ(countdown.take(of({culprit(8)}), 11s), Change::none);
    EXPECT_EQ(countdown.due(), 15s);
}

} // namespace
} // namespace unwedge::session
