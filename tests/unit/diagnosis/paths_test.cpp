// SPDX-License-Identifier: GPL-2.0-only
#include "diagnosis/waits.h"

#include <gtest/gtest.h>

namespace unwedge::diagnosis {
namespace {

WaitEdge edge(Pid from, Pid to) {
    return {from, to, std::nullopt, 0, Strength::weak, "why"};
}

/// "pid→next⇒blocker" for everyone who reaches a culprit.
std::string reached(const std::set<Pid> &culprits, const std::vector<WaitEdge> &edges) {
    std::string text;
    for (const auto &[pid, path] : paths_to(culprits, edges)) {
        EXPECT_EQ(path.next.from, pid);
        text += text.empty() ? "" : " ";
        text += std::to_string(pid) + "→" + std::to_string(path.next.to) + "⇒" +
                std::to_string(path.final_blocker);
    }
    return text;
}

TEST(Paths, LeadAlongAChainToItsEnd) {
    EXPECT_EQ(reached({3}, {edge(1, 2), edge(2, 3)}), "1→2⇒3 2→3⇒3");
}

TEST(Paths, AreNoneWithoutCulpritsOrEdges) {
    EXPECT_EQ(reached({}, {edge(1, 2)}), "");
    EXPECT_EQ(reached({3}, {}), "");
    EXPECT_EQ(reached({404}, {edge(1, 2)}), "");
}

TEST(Paths, AreOnlyOfThoseWhoReachACulprit) {
    EXPECT_EQ(reached({3}, {edge(2, 3), edge(3, 4), edge(5, 4)}), "2→3⇒3");
}

TEST(Paths, LeadToTheNearestOfTwoCulprits) {
    EXPECT_EQ(reached({3, 9}, {edge(1, 2), edge(2, 3), edge(1, 9)}), "1→9⇒9 2→3⇒3");
}

TEST(Paths, TakeTheShortestWay) {
    EXPECT_EQ(reached({4}, {edge(1, 2), edge(2, 3), edge(3, 4), edge(1, 3)}), "1→3⇒4 2→3⇒4 3→4⇒4");
}

TEST(Paths, NeverMakeACulpritAVictimOfAnother) {
    EXPECT_EQ(reached({2, 3}, {edge(1, 2), edge(2, 3)}), "1→2⇒2");
}

TEST(Paths, NeverMakeACulpritItsOwnVictim) {
    EXPECT_EQ(reached({2}, {edge(2, 1), edge(1, 2)}), "1→2⇒2");
    EXPECT_EQ(reached({2}, {edge(2, 2)}), "");
}

TEST(Paths, EndInACycleBeforeTheCulprit) {
    EXPECT_EQ(reached({9}, {edge(1, 2), edge(2, 3), edge(3, 1), edge(3, 9)}), "1→2⇒9 2→3⇒9 3→9⇒9");
}

TEST(Paths, OfACycleWithoutACulpritAreNone) {
    EXPECT_EQ(reached({9}, {edge(1, 2), edge(2, 1)}), "");
}

TEST(Paths, FollowAChainOfFiftyToItsEnd) {
    constexpr Pid last = 50;
    std::vector<WaitEdge> chain;
    for (Pid pid = 1; pid < last; ++pid)
        chain.push_back(edge(pid, pid + 1));
    const std::map<Pid, Path> paths = paths_to({last}, chain);
    ASSERT_EQ(paths.size(), 49U);
    for (const auto &[pid, path] : paths) {
        EXPECT_EQ(path.next.to, pid + 1);
        EXPECT_EQ(path.final_blocker, last);
    }
}

} // namespace
} // namespace unwedge::diagnosis
