// SPDX-License-Identifier: GPL-2.0-only
#include "provoke/lineage.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace unwedge::provoke {
namespace {

TEST(ProvokeLineage, NamesByParentAndOrder) {
    Lineage lineage;
    EXPECT_EQ(lineage.add(100, 1), "1");
    EXPECT_EQ(lineage.add(101, 100), "1.1");
    EXPECT_EQ(lineage.add(102, 100), "1.2");
    EXPECT_EQ(lineage.add(103, 101), "1.1.1");
}

TEST(ProvokeLineage, DoesNotHangOnPids) {
    Lineage one;
    Lineage other;
    for (const int base : {0, 1000}) {
        Lineage &lineage = base ? other : one;
        lineage.add(base + 10, 1);
        lineage.add(base + 20, base + 10);
    }
    EXPECT_EQ(one.add(30, 20), other.add(777, 1020));
}

TEST(ProvokeLineage, CountsChildrenOfTheDeadAndOfStrangersOn) {
    Lineage lineage;
    lineage.add(100, 1);
    lineage.add(101, 100);
    lineage.forget(101);
    EXPECT_EQ(lineage.add(102, 101), "0.1") << "its parent was not seen, or has been forgotten";
    EXPECT_EQ(lineage.add(101, 100), "1.2") << "the number was used again";
    EXPECT_EQ(lineage.add(103, 101), "1.2.1");
    lineage.forget(100);
    lineage.forget(101);
    lineage.forget(102);
    lineage.forget(103);
    EXPECT_EQ(lineage.add(104, 9), "0.2") << "there is one command only";
}

TEST(ProvokeLineage, KeepsNamesShortAndApart) {
    Lineage lineage;
    lineage.add(1, 0);
    std::set<std::string> names;
    for (int pid = 2; pid < 3000; ++pid) {
        const std::string name = lineage.add(pid, pid - 1);
        EXPECT_LE(name.size(), Lineage::longest);
        names.insert(name);
    }
    EXPECT_EQ(names.size(), 2998U);
}

} // namespace
} // namespace unwedge::provoke
