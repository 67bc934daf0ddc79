// SPDX-License-Identifier: GPL-2.0-only
#include "gate/suites_file.h"

#include <gtest/gtest.h>

namespace unwedge::gate {
namespace {

using namespace std::chrono_literals;
using Words = std::vector<std::string>;

TEST(SuitesFile, SaysWhatToRunAndHow) {
    const Result<SuitesFile> file = parse_suites(R"(
timeout = "5m"
kill-after = "2s"
retries-on-hang = 0
retries-on-failure = 2
known = "known.toml"

[[suite]]
name = "ipc"
command = ["pytest", "tests/ipc"]
folder = "sub"
timeout = "90s"
env = { A = "1", B = "" }
expect = ["no-orphans", "exit=0"]
run-options = ["--level", "full"]
skip-status = 5

[[suite]]
name = "shell"
command = "make check | tee log"

[[suite]]
pytest = ["tests/a_*.py", "tests/b_*.py"]

[[suite]]
ctest = "build"
tests = "^unit"

[[suite]]
name = "later"
skip = "needs a GPU"
)",
                                                 "suites.toml");
    ASSERT_TRUE(file) << file.error().message;
    EXPECT_EQ(file->timeout, 5min);
    EXPECT_EQ(file->kill_after, 2s);
    EXPECT_EQ(file->retries_on_hang, 0U);
    EXPECT_EQ(file->retries_on_failure, 2U);
    EXPECT_EQ(file->known, "known.toml");
    ASSERT_EQ(file->sources.size(), 5U);
    const Suite &ipc = file->sources[0].suite;
    EXPECT_EQ(ipc.name, "ipc");
    EXPECT_EQ(ipc.argv, (Words{"pytest", "tests/ipc"}));
    EXPECT_EQ(ipc.folder, "sub");
    EXPECT_EQ(ipc.timeout, 90s);
    EXPECT_EQ(ipc.environment.size(), 2U);
    EXPECT_EQ(ipc.expectations, (Words{"no-orphans", "exit=0"}));
    EXPECT_EQ(ipc.run_options, (Words{"--level", "full"}));
    EXPECT_EQ(ipc.skip_status, 5);
    EXPECT_EQ(file->sources[1].suite.argv, (Words{"/bin/sh", "-c", "make check | tee log"}));
    EXPECT_EQ(file->sources[2].pytest, (Words{"tests/a_*.py", "tests/b_*.py"}));
    EXPECT_EQ(file->sources[3].ctest, "build");
    EXPECT_TRUE(file->sources[3].ctest_tests->matches("unit.A"));
    EXPECT_EQ(file->sources[4].suite.skip, "needs a GPU");
}

TEST(SuitesFile, WhatItLeavesOutIsNotSaid) {
    const Result<SuitesFile> file = parse_suites("", "suites.toml");
    ASSERT_TRUE(file);
    EXPECT_FALSE(file->timeout || file->kill_after || file->retries_on_hang || file->known);
    EXPECT_TRUE(file->sources.empty());
}

TEST(SuitesFile, ManyFilesMayStandInOneList) {
    std::string list = "[[suite]]\npytest = [\n";
    for (int i = 0; i < 500; ++i)
        list += "  \"tests/some.where/test_" + std::to_string(i) + ".py\",\n";
    const Result<SuitesFile> file = parse_suites(list + "]\n", "s.toml");
    ASSERT_TRUE(file) << file.error().message;
    EXPECT_EQ(file->sources.front().pytest.size(), 500U);
}

TEST(SuitesFile, ErrorsNameTheLineAndTheKey) {
    const std::pair<const char *, const char *> cases[]{
        {"timeout = 5\n", "s.toml:1: timeout: must be a time, \"90s\" or \"5m\""},
        {"timeout = \"0s\"\n", "s.toml:1: timeout: must be a time, \"90s\" or \"5m\""},
        {"colour = \"red\"\n", "s.toml:1: colour: is unknown here"},
        {"retries-on-hang = -1\n", "s.toml:1: retries-on-hang: must be a number from 0 to 100"},
        {"suite = 3\n", "s.toml:1: suite: must be tables in double brackets: [[suite]]"},
        {"[[suite]]\nname = \"x\"\n", "s.toml:1: suite: has none of command, pytest and ctest"},
        {"[[suite]]\ncommand = \"true\"\n", "s.toml:1: suite: has no name"},
        {"[[suite]]\npytest = [\"a\"]\nctest = \"b\"\n", "s.toml:1: suite: has both pytest and ctest"},
        {"[[suite]]\npytest = [\"a\"]\ntests = \"b\"\n",
         "s.toml:1: suite: has tests, which go with ctest only"},
        {"[[suite]]\nctest = \"a\"\ncommand = \"b\"\n",
         "s.toml:1: suite: has a command, which does not go with ctest"},
        {"[[suite]]\nname = \"x\"\ncommand = [\"\"]\n",
         "s.toml:3: suite.command: must be a line for the shell, or an array of its words"},
        {"[[suite]]\nname = \"x\"\nenv = { A = 1 }\n",
         "s.toml:3: suite.env: must be a table of variables: { NAME = \"value\" }"},
        {"[[suite]]\nname = \"x\"\nskip-status = 256\n",
         "s.toml:3: suite.skip-status: must be a number from 0 to 255"},
    };
    for (const auto &[text, message] : cases) {
        const Result<SuitesFile> file = parse_suites(text, "s.toml");
        ASSERT_FALSE(file) << text;
        EXPECT_EQ(file.error().message, message);
    }
}

} // namespace
} // namespace unwedge::gate
