// SPDX-License-Identifier: GPL-2.0-only
#include "gate/run_result.h"

#include <gtest/gtest.h>

namespace unwedge::gate {
namespace {

TEST(RunResult, TellsWhoStoodWedged) {
    const RunResult result = parse_run_result(R"({
        "summary": "worker stopped consuming",
        "command": {"argv": ["x"], "exit": null, "signal": 15, "timed_out": true},
        "actors": [{"pid": 7, "name": "worker"}, {"pid": 8, "name": "other"}],
        "verdicts": [
            {"kind": "stopped_consuming", "role": "culprit", "state": "confirmed", "confidence": "certain", "pid": 7, "fingerprint": "aa"},
            {"kind": "stopped_consuming", "role": "culprit", "state": "confirmed", "confidence": "likely", "pid": 8, "fingerprint": "aa"},
            {"kind": "lost_reply", "role": "culprit", "state": "recovered", "confidence": "likely", "pid": 8, "fingerprint": "bb"},
            {"kind": "lost_reply", "role": "culprit", "state": "confirmed", "confidence": "inconclusive", "pid": 8, "fingerprint": "cc"},
            {"kind": "lost_reply", "role": "victim", "state": "confirmed", "confidence": "certain", "pid": 8, "fingerprint": "dd"}]})");
    EXPECT_EQ(result.summary, "worker stopped consuming");
    EXPECT_FALSE(result.exit);
    EXPECT_EQ(result.signal, 15);
    ASSERT_EQ(result.culprits.size(), 1U);
    EXPECT_EQ(result.culprits.front(), (Culprit{"stopped_consuming", "worker", "aa"}));
}

TEST(RunResult, ExpectationsThatDidNotHoldAreTold) {
    const RunResult result = parse_run_result(R"({"expectations": [
        {"expect": "exit=0", "result": "held", "text": "it exited with 0"},
        {"expect": "no-spawn", "result": "failed", "text": "it made a process"},
        {"expect": "no-socket", "result": "unknown", "text": "events were lost"}]})");
    EXPECT_EQ(result.unmet, (std::vector<std::string>{"it made a process", "events were lost"}));
}

TEST(RunResult, WhatIsNotAsItShouldBeIsNotTold) {
    for (const char *text :
         {"", "{", "[]", "null", "7",
          R"({"command": 3, "verdicts": {"a": 1}, "actors": "x", "expectations": 4})",
          R"({"verdicts": [null, 3, [], {"role": "culprit"}], "actors": [{"pid": "x"}], "summary": 9})",
          R"({"command": {"exit": "0", "signal": 1.5}})"}) {
        const RunResult result = parse_run_result(text);
        EXPECT_FALSE(result.exit) << text;
        EXPECT_FALSE(result.signal) << text;
        EXPECT_TRUE(result.culprits.empty()) << text;
    }
}

TEST(RunResult, AFileThatIsNotThereTellsNothing) {
    EXPECT_FALSE(read_run_result("/nonexistent/file.json").exit);
}

} // namespace
} // namespace unwedge::gate
