// SPDX-License-Identifier: GPL-2.0-only
#include "gate/known.h"

#include <gtest/gtest.h>

namespace unwedge::gate {
namespace {

TEST(KnownWedges, AreFoundByFingerprint) {
    const Result<KnownWedges> known = KnownWedges::parse(R"(
[[wedge]]
fingerprint = "aa"
name = "the pause bug"
note = "see #12"
until = 2026-12-31
[[wedge]]
fingerprint = "bb"
name = "another"
)",
                                                         "known.toml");
    ASSERT_TRUE(known) << known.error().message;
    ASSERT_EQ(known->entries().size(), 2U);
    const KnownWedge *found = known->find({{.fingerprint = "zz"}, {.fingerprint = "aa"}});
    ASSERT_TRUE(found);
    EXPECT_EQ(found->name, "the pause bug");
    EXPECT_EQ(found->note, "see #12");
    EXPECT_EQ(known->find({{.fingerprint = "zz"}}), nullptr);
    EXPECT_EQ(known->find({}), nullptr);
}

TEST(KnownWedges, AnEntryHoldsUntilItsLastDayIsOver) {
    const KnownWedge wedge{.fingerprint = "aa", .name = "x", .until = "2026-12-31"};
    EXPECT_FALSE(wedge.is_expired("2026-12-31"));
    EXPECT_TRUE(wedge.is_expired("2027-01-01"));
    EXPECT_FALSE((KnownWedge{.fingerprint = "aa", .name = "x"}.is_expired("2999-01-01")));
}

TEST(KnownWedges, ErrorsNameTheLineAndTheKey) {
    const std::pair<const char *, const char *> cases[]{
        {"[[wedge]]\nname = \"x\"\n", "k.toml:1: wedge.fingerprint: is missing"},
        {"[[wedge]]\nfingerprint = \"x\"\n", "k.toml:1: wedge.name: is missing"},
        {"[[wedge]]\nfingerprint = 3\n", "k.toml:2: wedge.fingerprint: must be a string"},
        {"[[wedge]]\nuntil = \"soon\"\n", "k.toml:2: wedge.until: must be a date: 2026-12-31"},
        {"[[wedge]]\nwhy = \"x\"\n", "k.toml:2: wedge.why: is no key of a known wedge"},
        {"wedge = 3\n", "k.toml:1: wedge: a file of known wedges holds [[wedge]] tables"},
        {"[[wedge]]\nfingerprint = \"a\"\nname = \"x\"\n[[wedge]]\nfingerprint = \"a\"\nname = \"y\"\n",
         "k.toml:4: wedge.fingerprint: stands here for the second time"},
    };
    for (const auto &[text, message] : cases) {
        const Result<KnownWedges> known = KnownWedges::parse(text, "k.toml");
        ASSERT_FALSE(known) << text;
        EXPECT_EQ(known.error().message, message);
    }
}

} // namespace
} // namespace unwedge::gate
