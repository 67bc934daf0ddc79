// SPDX-License-Identifier: GPL-2.0-only
#include "procfs/family.h"

#include <gtest/gtest.h>

namespace unwedge::procfs {
namespace {

using Pids = std::set<Pid>;

struct Row {
    Pid pid;
    Pid ppid;
    std::uint64_t started = 0;
    Pid pgrp = 0;
    Pid session = 0;
};

ProcessTable table_of(const std::vector<Row> &rows) {
    ProcessTable table;
    for (const Row &row : rows)
        table[row.pid] = {.comm = "x",
                          .state = 'S',
                          .ppid = row.ppid,
                          .pgrp = row.pgrp,
                          .session = row.session,
                          .starttime = row.started ? row.started : static_cast<std::uint64_t>(row.pid)};
    return table;
}

Pids living(const Family &family, const ProcessTable &table) {
    const std::vector<Pid> pids = family.living(table);
    return {pids.begin(), pids.end()};
}

Family family_of(Pid root, const ProcessTable &table, Pids spared = {1}) {
    Family family(std::move(spared));
    family.add(root, table);
    family.grow(table);
    return family;
}

TEST(Family, IsAProcessAndAllThatComesFromIt) {
    const ProcessTable table = table_of({{1, 0}, {10, 1}, {11, 10}, {12, 11}, {20, 1}, {21, 20}});
    const Family family = family_of(10, table);
    EXPECT_EQ(living(family, table), (Pids{10, 11, 12}));
    EXPECT_EQ(family.depth(10), 0);
    EXPECT_EQ(family.depth(12), 2);
}

TEST(Family, GrowsBelowNumbersThatHaveWrapped) {
    const ProcessTable table = table_of({{900, 1, 900}, {5, 900, 901}, {3, 5, 902}});
    EXPECT_EQ(living(family_of(900, table), table), (Pids{3, 5, 900}));
}

TEST(Family, KeepsWhomItHasSeenThoughItsParentEnds) {
    const ProcessTable before = table_of({{10, 1}, {11, 10}});
    Family family = family_of(10, before);
    const ProcessTable after = table_of({{11, 1}, {12, 11}});
    EXPECT_EQ(family.grow(after), 1U);
    EXPECT_EQ(living(family, after), (Pids{11, 12}));
}

TEST(Family, TakesInOrphansOfItsGroupsAndSessions) {
    Family family = family_of(10, table_of({{1, 0}, {8, 1}, {9, 8}, {10, 9, 10, 10, 10}}));
    const ProcessTable after =
        table_of({{1, 0}, {8, 1}, {9, 8}, {11, 1, 11, 10, 5}, {12, 8, 12, 12, 10}, {13, 1, 13, 13, 5}});
    EXPECT_EQ(family.grow(after), 2U);
    EXPECT_EQ(living(family, after), (Pids{11, 12}));
}

TEST(Family, IsNotTheOtherEndOfItsPipeline) {
    const ProcessTable table =
        table_of({{9, 1}, {10, 9, 10, 10, 9}, {11, 9, 11, 10, 9}, {12, 11, 12, 10, 9}});
    EXPECT_EQ(living(family_of(10, table), table), (Pids{10}));
}

TEST(Family, IsNotOfAGroupThatAStrangerLeads) {
    const ProcessTable table = table_of({{9, 1, 9, 9, 9}, {10, 9, 10, 9, 9}, {11, 9, 11, 9, 9}});
    EXPECT_EQ(living(family_of(10, table), table), (Pids{10}));
}

TEST(Family, IsNotWhoHasGotAMembersNumber) {
    Family family = family_of(10, table_of({{10, 1, 100}, {11, 10, 101}}));
    const ProcessTable after = table_of({{10, 1, 200}, {12, 10, 201}, {11, 1, 101}});
    EXPECT_EQ(family.grow(after), 0U);
    EXPECT_EQ(living(family, after), (Pids{11}));
    EXPECT_FALSE(family.has(10, after));
}

TEST(Family, TakesInAChildThatHasGotADeadMembersNumber) {
    Family family = family_of(10, table_of({{10, 1, 100}, {11, 10, 101}}));
    const ProcessTable after = table_of({{10, 1, 100}, {11, 10, 300}});
    EXPECT_EQ(family.grow(after), 1U);
    EXPECT_EQ(living(family, after), (Pids{10, 11}));
}

TEST(Family, SparesWhomItMustAndWhatComesFromThem) {
    const ProcessTable table = table_of({{10, 1}, {11, 10}, {12, 11}, {13, 10}});
    EXPECT_EQ(living(family_of(10, table, {1, 11}), table), (Pids{10, 13}));
}

TEST(Family, OfNobodyIsEmpty) {
    const ProcessTable table = table_of({{10, 1}});
    EXPECT_EQ(living(family_of(77, table), table), Pids{});
    EXPECT_EQ(living(family_of(1, table), table), Pids{});
}

TEST(Protected, AreOneselfOnesAncestorsAndInit) {
    const ProcessTable table = table_of({{1, 0}, {5, 1}, {6, 5}, {7, 6}, {8, 6}});
    EXPECT_EQ(protected_from(7, table), (Pids{1, 5, 6, 7}));
}

TEST(Protected, EndThoughParentsGoInACircle) {
    const ProcessTable table = table_of({{6, 7}, {7, 6}}); // read while numbers were used again
    EXPECT_EQ(protected_from(7, table), (Pids{1, 6, 7}));
}

} // namespace
} // namespace unwedge::procfs
