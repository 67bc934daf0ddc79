// SPDX-License-Identifier: GPL-2.0-only
#include "procfs/sched.h"

#include "children.h"

#include <gtest/gtest.h>

#include <thread>

namespace unwedge::procfs {
namespace {

using namespace std::chrono_literals;

TEST(SchedStat, TellsTimesAndTurns) {
    const auto stat = parse_schedstat("94228219 72337 203\n");
    ASSERT_TRUE(stat);
    EXPECT_EQ(stat->cpu, Nanos(94228219));
    EXPECT_EQ(stat->run_delay, Nanos(72337));
    EXPECT_EQ(stat->turns, 203U);
}

TEST(SchedStat, RefusesWhatIsMalformed) {
    for (const char *text : {"", "1", "1 2", "1 2 x", "-1 2 3", "1 -2 3", "18446744073709551615 2 3"})
        EXPECT_FALSE(parse_schedstat(text)) << text;
}

TEST(LastRun, IsReadOffTheMiddleOfTheFile) {
    EXPECT_EQ(parse_last_run("x (7, #threads: 1)\n---\n"
                             "se.exec_start                                :      50135765.326866\n"
                             "se.vruntime : 1.000000\n"),
              Nanos(50135765326866));
}

TEST(LastRun, IsUnknownWhereItIsMalformed) {
    for (const char *text :
         {"", "se.exec_start : 1.000000\n", "\nse.exec_start 1.000000\n", "\nse.exec_start : 1\n",
          "\nse.exec_start : 1.0\n", "\nse.exec_start : -1.000000\n", "\nse.exec_start : x.000000\n",
          "\nse.exec_start : 9223372036854775807.000000\n", "\nse.exec_start : 1.-00001\n",
          "\nse.exec_start"})
        EXPECT_FALSE(parse_last_run(text)) << text;
}

/// On whichever CPU it fell asleep.
TEST(SleepClock, TellsHowLongAChildHasSlept) {
    const Proc proc;
    if (!proc.read_text("self/sched"))
        GTEST_SKIP() << "this kernel has no /proc/PID/sched";
    const Child child(sleep_for_ever);
    std::this_thread::sleep_for(700ms); // the time that is to be told
    const auto stat = proc.stat(child.pid());
    ASSERT_TRUE(stat);
    const auto asleep = SleepClock(proc).asleep(child.pid(), child.pid(), stat->cpu, monotonic_now());
    ASSERT_TRUE(asleep);
    // Time in which the host took the CPU away does not count.
    EXPECT_GT(*asleep, 300ms);
    EXPECT_LT(*asleep, 5s);
}

} // namespace
} // namespace unwedge::procfs
