// SPDX-License-Identifier: GPL-2.0-only
#include "diagnosis/verdict.h"

#include <gtest/gtest.h>

namespace unwedge::diagnosis {
namespace {

Diagnosis with(Role role, State state, Confidence confidence) {
    return {.verdicts = {{.kind = Kind::stopped_consuming,
                          .role = role,
                          .pid = 12,
                          .confidence = confidence,
                          .state = state}}};
}

TEST(Wedged, IsTrueOnlyForACulpritThatStandsAndIsSure) {
    EXPECT_FALSE(Diagnosis{}.wedged());
    for (const Role role : {Role::culprit, Role::victim})
        for (const State state : {State::confirmed, State::recovered, State::ended})
            for (const Confidence confidence :
                 {Confidence::certain, Confidence::likely, Confidence::inconclusive})
                EXPECT_EQ(with(role, state, confidence).wedged(), role == Role::culprit &&
                                                                      state == State::confirmed &&
                                                                      confidence != Confidence::inconclusive)
                    << name(role) << ' ' << name(state) << ' ' << name(confidence);
}

TEST(Wedged, NeedsOneOfManyVerdicts) {
    Diagnosis diagnosis = with(Role::victim, State::confirmed, Confidence::certain);
    diagnosis.verdicts.push_back(with(Role::culprit, State::recovered, Confidence::certain).verdicts.front());
    EXPECT_FALSE(diagnosis.wedged());
    diagnosis.verdicts.push_back(with(Role::culprit, State::confirmed, Confidence::likely).verdicts.front());
    EXPECT_TRUE(diagnosis.wedged());
}

TEST(VerdictNames, AreThoseOfTheJsonFormat) {
    EXPECT_EQ(name(Kind::stopped_consuming), "stopped_consuming");
    EXPECT_EQ(name(Kind::blocked_loop), "blocked_loop");
    EXPECT_EQ(name(Kind::stopped), "stopped");
    EXPECT_EQ(name(Kind::waiting), "waiting");
    EXPECT_EQ(name(Role::culprit), "culprit");
    EXPECT_EQ(name(Role::victim), "victim");
    EXPECT_EQ(name(BlockedOn::sleep), "sleep");
    EXPECT_EQ(name(BlockedOn::lock), "lock");
    EXPECT_EQ(name(BlockedOn::io), "io");
    EXPECT_EQ(name(BlockedOn::child), "child");
    EXPECT_EQ(name(BlockedOn::disk), "disk");
    EXPECT_EQ(name(Confidence::certain), "certain");
    EXPECT_EQ(name(Confidence::likely), "likely");
    EXPECT_EQ(name(Confidence::inconclusive), "inconclusive");
    EXPECT_EQ(name(State::confirmed), "confirmed");
    EXPECT_EQ(name(State::recovered), "recovered");
    EXPECT_EQ(name(State::ended), "ended");
    EXPECT_EQ(name(Health::parked), "parked");
    EXPECT_EQ(name(Health::blocked), "blocked");
    EXPECT_EQ(name(Health::busy), "busy");
    EXPECT_EQ(name(Health::spinning), "spinning");
    EXPECT_EQ(name(Health::stopped), "stopped");
    EXPECT_EQ(name(Health::running), "running");
    EXPECT_EQ(name(Health::dead), "dead");
    EXPECT_EQ(name(Strength::definite), "definite");
    EXPECT_EQ(name(Strength::weak), "weak");
}

} // namespace
} // namespace unwedge::diagnosis
