// SPDX-License-Identifier: GPL-2.0-only
#include "session/tree.h"

#include <gtest/gtest.h>

namespace unwedge::session {
namespace {

TEST(Tree, AChildRunsItsParentsProgramUntilItExecs) {
    Tree tree;
    tree.plant(10, {"parent"});
    tree.apply(facts::Forked{.parent = 10, .child = 11});
    EXPECT_EQ(tree.members().at(11).argv, std::vector<std::string>{"parent"});
    EXPECT_EQ(tree.members().at(11).ppid, 10);
    EXPECT_TRUE(tree.members().at(11).forked);
    tree.apply(facts::Executed{.pid = 11, .argv = {"child", "x"}});
    EXPECT_EQ(tree.members().at(11).argv, (std::vector<std::string>{"child", "x"}));
    EXPECT_FALSE(tree.members().at(11).forked);
}

TEST(Tree, TheDeadAreRememberedButNotLiving) {
    Tree tree;
    tree.plant(10, {"parent"});
    tree.apply(facts::Exited{.pid = 10, .status = 9});
    EXPECT_TRUE(tree.members().at(10).exited);
    EXPECT_EQ(tree.members().at(10).status, 9);
    EXPECT_TRUE(tree.living().empty());
}

TEST(Tree, TwoExitsOfOneProcessAreOne) {
    Tree tree;
    tree.plant(10, {"parent"});
    tree.apply(facts::Exited{.pid = 10, .status = 9});
    tree.apply(facts::Exited{.pid = 10, .status = 0});
    EXPECT_EQ(tree.members().at(10).status, 9);
}

TEST(Tree, APidThatIsUsedAgainIsANewProcess) {
    Tree tree;
    tree.plant(10, {"parent"});
    tree.apply(facts::Forked{.parent = 10, .child = 11});
    tree.apply(facts::Exited{.pid = 11});
    tree.apply(facts::Forked{.parent = 10, .child = 11});
    EXPECT_FALSE(tree.members().at(11).exited);
    EXPECT_EQ(tree.seen(), 3U);
}

TEST(Tree, OnlyTheLastDeadAreRemembered) {
    Tree tree;
    tree.plant(1, {"parent"});
    for (facts::Pid pid = 2; pid < 1002; ++pid) {
        tree.apply(facts::Forked{.parent = 1, .child = pid});
        tree.apply(facts::Exited{.pid = pid});
    }
    EXPECT_EQ(tree.members().size(), 1 + Tree::remembered_dead);
    EXPECT_EQ(tree.living(), std::vector<facts::Pid>{1});
    EXPECT_TRUE(tree.members().contains(1001));
}

TEST(Tree, AReusedPidIsNotForgottenWithItsForerunner) {
    Tree tree;
    tree.plant(1, {"parent"});
    tree.apply(facts::Forked{.parent = 1, .child = 2});
    tree.apply(facts::Exited{.pid = 2});
    tree.apply(facts::Forked{.parent = 1, .child = 2});
    for (facts::Pid pid = 3; pid < 103; ++pid) {
        tree.apply(facts::Forked{.parent = 1, .child = pid});
        tree.apply(facts::Exited{.pid = pid});
    }
    EXPECT_TRUE(tree.members().contains(2));
}

TEST(Tree, AnExitOfAStrangerIsIgnored) {
    Tree tree;
    tree.apply(facts::Exited{.pid = 5});
    EXPECT_TRUE(tree.members().empty());
}

TEST(Tree, AProcessWithoutANumberInOurPidNamespaceIsNoMember) {
    Tree tree;
    tree.apply(facts::Forked{.parent = 0, .child = 0});
    tree.apply(facts::Executed{.pid = 0, .argv = {"x"}});
    tree.apply(facts::Exited{.pid = 0});
    EXPECT_TRUE(tree.members().empty());
}

} // namespace
} // namespace unwedge::session
