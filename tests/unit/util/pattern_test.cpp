// SPDX-License-Identifier: GPL-2.0-only
#include "util/pattern.h"

#include <gtest/gtest.h>

namespace unwedge {
namespace {

std::string repeated(std::string_view text, std::size_t count) {
    std::string all;
    while (count-- > 0)
        all += text;
    return all;
}

/// What is wrong with it; "" if nothing is.
std::string wrong(const std::string &expression) {
    const auto pattern = Pattern::compile(expression);
    return pattern ? "" : pattern.error().message;
}

TEST(Pattern, TellsItsGroups) {
    const auto pattern = Pattern::compile("^(a+)(x)?([0-9]{2,3})$");
    ASSERT_TRUE(pattern);
    EXPECT_EQ(pattern->groups(), 3U);
    EXPECT_EQ(pattern->match("aa123"), (std::vector<std::string>{"aa", "", "123"}));
    EXPECT_FALSE(pattern->match("aa1"));
}

TEST(Pattern, SaysWhatIsWrong) {
    EXPECT_EQ(wrong("(a"), "bad regular expression: Unmatched ( or \\(");
    EXPECT_EQ(wrong(std::string("a\0b", 3)), "a NUL can't be matched");
}

TEST(Pattern, TakesWhatPeopleWrite) {
    for (const char *expression :
         {"-m tractor\\._child .*--uid \\(['\"]([^'\"]+)['\"],", "^[[:alpha:]]+[^]a-z]*[]\\1]$",
          "[[:digit:]]{1,5}", "([0-9]{1,3}\\.){3}[0-9]{1,3}", "([a-z0-9_-]+/)+(worker|agent)+", "((a+b)+c)+",
          "a\\{3", "a{,5}", "\\0", "(a|b*c)*", "(^|[ /])x (.* )?y( |$)", "(a*)(b?)", "()a*"})
        EXPECT_EQ(wrong(expression), "") << expression;
}

// Each of these takes glibc minutes or gigabytes, to compile or to match what a stranger calls itself.
TEST(Pattern, RefusesWhatCouldTakeForEver) {
    const std::string too_much = "bad regular expression: its repetitions make too much of it";
    const std::string too_long = "bad regular expression: it is longer than 4096 bytes";
    EXPECT_EQ(wrong(repeated("(", 18) + "a" + repeated("+)", 18)), too_much);
    EXPECT_EQ(wrong("((((a{99}){99}){99}){99})"), too_much);
    EXPECT_EQ(wrong("(ab?){5000}"), too_much);
    EXPECT_EQ(wrong("(ab?){2,5000}"), too_much);
    EXPECT_EQ(wrong("(ab?){99999999999999999999}"), too_much);
    EXPECT_EQ(wrong("(ab?){99}{99}"), too_much);
    EXPECT_EQ(wrong("([[:alpha:]]?[]x{]?){5000}"), too_much);
    const std::string empty = "bad regular expression: it repeats what can be empty";
    for (const char *expression : {"^(a?b?)*", "a??", "(^|\\b)*", "((a*))+", "(a|){3}", "()*", "(x|(y*)z?)?"})
        EXPECT_EQ(wrong(expression), empty) << expression;
    EXPECT_EQ(wrong(repeated("a|", 60'000)), too_long);
    EXPECT_EQ(wrong(repeated("(", 20'000) + repeated(")", 20'000)), too_long);
    EXPECT_EQ(wrong("(a*)\\1b"), "bad regular expression: extended ones have no back-references");
}

} // namespace
} // namespace unwedge
