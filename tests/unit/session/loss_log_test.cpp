// SPDX-License-Identifier: GPL-2.0-only
#include "session/loss_log.h"

#include <gtest/gtest.h>

namespace unwedge::session {
namespace {

using namespace std::chrono_literals;

facts::Snapshot told_by(const LossLog &log) {
    facts::Snapshot snapshot;
    log.tell(snapshot);
    return snapshot;
}

TEST(LossLog, NothingLostIsNothingTold) {
    LossLog log;
    log.note({}, 5s);
    EXPECT_TRUE(told_by(log).losses.empty());
    EXPECT_FALSE(told_by(log).last_loss);
}

TEST(LossLog, TheLastLossIsWhereACounterRoseLast) {
    LossLog log;
    log.note({{"events", 3}}, 5s);
    log.note({{"events", 3}}, 6s);
    EXPECT_EQ(told_by(log).last_loss, 5s);
    log.note({{"events", 3}, {"looks", 1}}, 7s);
    EXPECT_EQ(told_by(log).last_loss, 7s);
    EXPECT_EQ(told_by(log).losses, (facts::Losses{{"events", 3}, {"looks", 1}}));
}

TEST(LossLog, WhatIsNotMadeUpForYetIsStillALoss) {
    LossLog log;
    log.note({{"events", 3}}, 5s);
    log.still_doubtful(9s);
    EXPECT_EQ(told_by(log).last_loss, 9s);
}

} // namespace
} // namespace unwedge::session
