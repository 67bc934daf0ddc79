// SPDX-License-Identifier: GPL-2.0-only
#include "expect/expectation.h"

#include <gtest/gtest.h>

#include <string>

namespace unwedge::expect {
namespace {

std::string complaint(std::string_view text) {
    const Result<std::vector<Expectation>> parsed = parse_file(text, "e.toml");
    return parsed ? "" : parsed.error().message;
}

TEST(ExpectFile, HoldsAListOfSpecs) {
    const auto parsed =
        parse_file("# what must hold\nexpect = [\n  \"no-spawn\", # alone\n  'exit=3',\n]\n", "e.toml");
    ASSERT_TRUE(parsed) << parsed.error().message;
    ASSERT_EQ(parsed->size(), 2U);
    EXPECT_EQ(parsed->front().word, Word::no_spawn);
    EXPECT_EQ(parsed->back().status, 3);
}

TEST(ExpectFile, AMistakeIsToldWithItsLine) {
    EXPECT_EQ(complaint("expect = [\n \"no-spawn\",\n \"exit=x\"]\n"),
              "e.toml:3: expect: 'exit=x': 'x' is no exit status: 0 to 255");
    EXPECT_EQ(complaint("expect = [\"ends\", 3]"), "e.toml:1: expect: must be a list of texts");
    EXPECT_EQ(complaint("\nexpected = []"), "e.toml:2: expected: is unknown: there is `expect` only");
    EXPECT_NE(complaint("expect = [\"ends\"").find("e.toml:1: "), std::string::npos);
}

TEST(ExpectFile, AnEmptyOneIsAMistake) {
    for (const char *text : {"", "# nothing", "expect = []", "expect = \"ends\""})
        EXPECT_NE(complaint(text), "") << text;
}

TEST(ExpectFile, HostileTextIsAComplaintInOneLine) {
    for (const char *text :
         {"expect = [\xff]", "\x1b[31m = 1", "expect = [[[[[[[[[[[[[[[[[[[[[[[[[", "\"a\\n\" = 1"}) {
        const std::string told = complaint(text);
        EXPECT_NE(told, "");
        EXPECT_EQ(told.find_first_of("\n\x1b"), std::string::npos);
    }
}

} // namespace
} // namespace unwedge::expect
