// SPDX-License-Identifier: GPL-2.0-only
#include "profiles/name_template.h"

#include <gtest/gtest.h>

namespace unwedge::profiles {
namespace {

std::string expanded(const std::string &text) {
    const Result<NameTemplate> name = NameTemplate::parse(text, 2);
    if (!name)
        return "error: " + name.error().message;
    return name->expand({.groups = {"one", ""}, .program = "app.py", .parent = "boss", .number = 3});
}

TEST(NameTemplate, FillsItsPlaceholders) {
    EXPECT_EQ(expanded("plain"), "plain");
    EXPECT_EQ(expanded("{1}"), "one");
    EXPECT_EQ(expanded("a {1}{2} b"), "a one b");
    EXPECT_EQ(expanded("{program} of {parent}"), "app.py of boss");
    EXPECT_EQ(expanded("#{number}, gw{index}"), "#3, gw2");
    EXPECT_EQ(expanded("a } b"), "a } b");
    EXPECT_EQ(expanded("{2}"), "");
}

TEST(NameTemplate, SaysWhatIsWrong) {
    EXPECT_EQ(expanded("{3}"), "error: {3} refers to a group that the expressions don't have");
    EXPECT_EQ(expanded("x {"), "error: a '{' without its '}'");
    EXPECT_EQ(expanded(""), "error: must not be empty");
    for (const char *wrong : {"{}", "{0}", "{10}", "{pid}", "{{1}}"})
        EXPECT_TRUE(expanded(wrong).starts_with("error: '{")) << wrong;
}

TEST(NameTemplate, IsNumberedIfItSaysSo) {
    EXPECT_TRUE(NameTemplate::parse("{number}", 0)->is_numbered());
    EXPECT_TRUE(NameTemplate::parse("gw{index}", 0)->is_numbered());
    EXPECT_FALSE(NameTemplate::parse("{parent}", 0)->is_numbered());
}

TEST(Presentable, CutsAndTrims) {
    EXPECT_EQ(presentable("  a b  "), "a b");
    EXPECT_EQ(presentable("   "), "");
    EXPECT_EQ(presentable(std::string(60, 'x')), std::string(60, 'x'));
    EXPECT_EQ(presentable(std::string(61, 'x')), std::string(59, 'x') + "…");
    std::string wide;
    for (int i = 0; i < 40; ++i)
        wide += "日";
    EXPECT_EQ(presentable(wide).size(), 29 * 3 + std::string("…").size());
}

TEST(Presentable, LeavesNothingThatSteers) {
    EXPECT_EQ(presentable("a\x1b[2Jb\n\xff"), "a\\x1b[2Jb\\x0a\\xff");
    EXPECT_EQ(presentable("naïve 日本"), "naïve 日本");
}

} // namespace
} // namespace unwedge::profiles
