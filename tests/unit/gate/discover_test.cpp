// SPDX-License-Identifier: GPL-2.0-only
#include "gate/discover.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace unwedge::gate {
namespace {

using namespace std::chrono_literals;
using Words = std::vector<std::string>;

constexpr const char *tests = R"({"kind": "ctestInfo", "tests": [
  {"name": "plain", "command": ["/b/t", "--x"], "properties": [
     {"name": "TIMEOUT", "value": 60.0}, {"name": "WORKING_DIRECTORY", "value": "/b"},
     {"name": "ENVIRONMENT", "value": ["A=1", "B=x=y"]}, {"name": "SKIP_RETURN_CODE", "value": 77},
     {"name": "WILL_FAIL", "value": true}, {"name": "LABELS", "value": ["unit"]}]},
  {"name": "skips", "command": ["/b/u"], "properties": [
     {"name": "SKIP_REGULAR_EXPRESSION", "value": ["\\[  SKIPPED \\]", "none"]}]},
  {"name": "off", "command": ["/b/u"], "properties": [{"name": "DISABLED", "value": true}]},
  {"name": "a.b+c", "command": ["/b/u"], "properties": [
     {"name": "PASS_REGULAR_EXPRESSION", "value": ["ok"]}, {"name": "TIMEOUT", "value": 5.0}]},
  {"name": "unbuilt", "properties": []}]})";

TEST(CTestSuites, AreRunAsCTestWould) {
    const Result<std::vector<Suite>> suites = parse_ctest(tests, "/b", std::nullopt);
    ASSERT_TRUE(suites) << suites.error().message;
    ASSERT_EQ(suites->size(), 5U);
    const Suite &plain = suites->at(0);
    EXPECT_EQ(plain.name, "plain");
    EXPECT_EQ(plain.argv, (Words{"/b/t", "--x"}));
    EXPECT_EQ(plain.timeout, 60s);
    EXPECT_EQ(plain.folder, "/b");
    EXPECT_EQ(plain.environment,
              (std::vector<std::pair<std::string, std::string>>{{"A", "1"}, {"B", "x=y"}}));
    EXPECT_EQ(plain.skip_status, 77);
    EXPECT_TRUE(plain.will_fail);
    EXPECT_TRUE(suites->at(1).skip_output->matches("[  SKIPPED ] one"));
    EXPECT_FALSE(suites->at(1).skip_output->matches("[       OK ] one"));
    EXPECT_EQ(suites->at(2).skip, "disabled");
    EXPECT_EQ(suites->at(4).skip, "its program is not built");
}

TEST(CTestSuites, WhatOnlyCTestCanJudgeIsLeftToIt) {
    const Result<std::vector<Suite>> suites = parse_ctest(tests, "/b", *Pattern::compile("^a"));
    ASSERT_TRUE(suites);
    ASSERT_EQ(suites->size(), 1U);
    EXPECT_EQ(suites->front().argv, (Words{"ctest", "--test-dir", "/b", "--output-on-failure",
                                           "--no-tests=error", "-R", R"(^a\.b\+c$)"}));
    EXPECT_EQ(suites->front().timeout, 5s);
}

TEST(CTestSuites, WhatCanNotBeReadIsAnError) {
    for (const char *text : {"", "[]", R"({"tests": 3})", R"({"tests": []})", R"({"tests": [3]})",
                             R"({"tests": [{"command": ["x"]}]})", R"({"tests": [{"name": 3}]})",
                             R"({"tests": [{"name": "x", "command": ["y"], "properties": [3]}]})"})
        EXPECT_FALSE(parse_ctest(text, "/b", std::nullopt)) << text;
}

TEST(PytestSuites, AreTheFilesThatMatchEachOnce) {
    std::string pattern = std::filesystem::temp_directory_path() / "discover-XXXXXX";
    ASSERT_TRUE(::mkdtemp(pattern.data()));
    const std::filesystem::path folder = pattern;
    for (const char *name : {"test_b.py", "test_a.py", "other.py"})
        std::ofstream(folder / name) << "\n";
    const Result<std::vector<Suite>> suites =
        pytest_suites({folder / "test_*.py", folder / "test_a.py"}, {"py", "-q"});
    ASSERT_TRUE(suites) << suites.error().message;
    ASSERT_EQ(suites->size(), 2U);
    EXPECT_EQ(suites->front().argv, (Words{"py", "-q", folder / "test_a.py"}));
    EXPECT_EQ(suites->front().skip_status, 5);
    EXPECT_FALSE(pytest_suites({folder / "nothing_*.py"}, {"py"}));
    std::filesystem::remove_all(folder);
}

} // namespace
} // namespace unwedge::gate
