// SPDX-License-Identifier: GPL-2.0-only
#include "session/cpu_history.h"

#include <gtest/gtest.h>

namespace unwedge::session {
namespace {

using namespace std::chrono_literals;

constexpr facts::Pid pid = 7;
constexpr Nanos started = 5s;

std::vector<Nanos> times(const CpuHistory &history, Nanos since = started) {
    std::vector<Nanos> all;
    for (const facts::CpuReading &one : history.of(pid, since))
        all.push_back(one.at);
    return all;
}

CpuHistory read_at(std::initializer_list<Nanos> instants) {
    CpuHistory history(10s, 400ms);
    for (const Nanos at : instants)
        history.add(pid, started, {at, at / 2});
    return history;
}

TEST(CpuHistory, KeepsReadingsInTheirOrder) {
    const CpuHistory history = read_at({10s, 11s, 12s});
    EXPECT_EQ(times(history), (std::vector<Nanos>{10s, 11s, 12s}));
    EXPECT_EQ(history.of(pid, started).back().wanted, 6s);
}

TEST(CpuHistory, TakesReadingsThatAreCloseForOne) {
    EXPECT_EQ(times(read_at({10s, 10s + 399ms, 10s + 400ms})), (std::vector<Nanos>{10s, 10s + 400ms}));
}

TEST(CpuHistory, ForgetsWhatIsTooOldButTheLastOfIt) {
    EXPECT_EQ(times(read_at({10s, 11s, 12s, 21s + 1ms})), (std::vector<Nanos>{11s, 12s, 21s + 1ms}));
    EXPECT_EQ(times(read_at({10s, 60s})), (std::vector<Nanos>{10s, 60s}));
}

TEST(CpuHistory, IsOfOneProcessNotOfItsPid) {
    CpuHistory history = read_at({10s});
    EXPECT_TRUE(times(history, 6s).empty());
    history.add(pid, 20s, {21s, 0s});
    EXPECT_TRUE(times(history).empty());
    EXPECT_EQ(times(history, 20s), std::vector<Nanos>{21s});
}

TEST(CpuHistory, ForgetsTheDead) {
    CpuHistory history = read_at({10s});
    history.keep_only({pid});
    EXPECT_EQ(times(history).size(), 1U);
    history.keep_only({});
    EXPECT_TRUE(times(history).empty());
}

} // namespace
} // namespace unwedge::session
