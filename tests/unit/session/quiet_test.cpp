// SPDX-License-Identifier: GPL-2.0-only
#include "session/quiet.h"

#include <gtest/gtest.h>

namespace unwedge::session {
namespace {

using namespace std::chrono_literals;

/// A command that last ran at 100 s.
Quiet quiet_command() {
    Quiet quiet(3s);
    quiet.saw(7, 100s);
    return quiet;
}

TEST(Quiet, IsDueOnceTheCommandHasNotRunForSoLong) {
    Quiet quiet = quiet_command();
    quiet.saw(7, 102s);
    EXPECT_FALSE(quiet.is_due(102s));
    EXPECT_TRUE(quiet.is_due(103s));
}

TEST(Quiet, IsNotDueBeforeAnythingWasSeen) {
    EXPECT_FALSE(Quiet(3s).is_due(100s));
}

TEST(Quiet, IsNotDueWhileTheCommandRuns) {
    Quiet quiet = quiet_command();
    quiet.saw(8, 102s);
    EXPECT_FALSE(quiet.is_due(104s));
}

TEST(Quiet, TakesTwoLooksAndThenAPause) {
    Quiet quiet = quiet_command();
    quiet.looked(103s, 1ms);
    EXPECT_TRUE(quiet.is_due(103s));
    quiet.looked(104s, 1ms);
    EXPECT_FALSE(quiet.is_due(104s));
    EXPECT_TRUE(quiet.is_due(105s));
}

TEST(Quiet, PausesTwiceAsLongEachTimeButNotForEver) {
    Quiet quiet = quiet_command();
    Nanos now = 103s;
    for (const Nanos pause : {1s, 2s, 4s, 8s, 16s, 30s, 30s}) {
        quiet.looked(now, 1ms);
        quiet.looked(now, 1ms);
        EXPECT_FALSE(quiet.is_due(now + pause - 1ms)) << pause.count();
        EXPECT_TRUE(quiet.is_due(now + pause)) << pause.count();
        now += pause;
    }
}

TEST(Quiet, PausesLongerWhereLooksCostMore) {
    Quiet quiet = quiet_command();
    quiet.looked(103s, 1s);
    quiet.looked(104s, 1s);
    EXPECT_FALSE(quiet.is_due(500s)) << "a two-hundredth of a CPU";
    EXPECT_TRUE(quiet.is_due(504s));
}

TEST(Quiet, BeginsAnewOnceTheCommandHasRun) {
    Quiet quiet = quiet_command();
    quiet.looked(103s, 1ms);
    quiet.looked(104s, 1ms);
    quiet.saw(9, 105s);
    EXPECT_TRUE(quiet.is_due(108s));
}

} // namespace
} // namespace unwedge::session
