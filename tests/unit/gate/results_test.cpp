// SPDX-License-Identifier: GPL-2.0-only
#include "gate/results.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace unwedge::gate {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

/// A gate with one suite of each kind, whose names are not kind.
class ResultsTest : public testing::Test {
  protected:
    ResultsTest() {
        add("passes", Status::pass, {{.ending = Ending::passed, .length = 1500ms}});
        add("fa<il>s & \"more\"\x01", Status::fail, {{.ending = Ending::failed, .status = 3, .length = 1s}});
        add("hangs", Status::hang,
            {{.ending = Ending::hung,
              .status = 124,
              .length = 2s,
              .summary = "w stopped",
              .culprits = {culprit()}},
             {.ending = Ending::hung,
              .status = 124,
              .length = 2s,
              .summary = "w stopped",
              .culprits = {culprit()}}});
        add("flaky", Status::flaky_hang,
            {{.ending = Ending::hung, .status = 124, .length = 2s, .summary = "w stopped"},
             {.ending = Ending::passed, .length = 1s}});
        add("skips", Status::skipped, {});
        results_.outcomes.back().why = "needs a GPU";
        add("broken", Status::fail, {{.ending = Ending::broken, .status = 127}});
        add("never", Status::not_run, {});
    }

    void add(const std::string &name, Status status, std::vector<Attempt> attempts) {
        suites_.push_back(std::make_unique<Suite>(Suite{.name = name, .argv = {"x"}}));
        results_.outcomes.push_back(
            {.suite = suites_.back().get(), .status = status, .attempts = std::move(attempts)});
    }
    static Culprit culprit() { return {.kind = "stopped_consuming", .actor = "w", .fingerprint = "aa"}; }

    std::vector<std::unique_ptr<Suite>> suites_;
    Results results_{.began = "2026-12-01T01:02:03.456Z", .host = "h", .kernel = "6.1", .length = 10s};
    Evidence evidence_{std::nullopt};
};

TEST_F(ResultsTest, TheExitStatusSaysWhetherAllIsWell) {
    EXPECT_EQ(exit_status(results_), 1);
    results_.interrupted_by = 2;
    EXPECT_EQ(exit_status(results_), 130);
    Results good{.outcomes = {results_.outcomes[0], results_.outcomes[3], results_.outcomes[4]}};
    EXPECT_EQ(exit_status(good), 0);
    good.rules.strict = true;
    EXPECT_EQ(exit_status(good), 1);
}

TEST_F(ResultsTest, CountsAreToldInWords) {
    EXPECT_EQ(counts_text(results_),
              "7 suites: 1 passed, 2 failed, 1 hung, 1 hung, then passed, 1 skipped, 1 not run");
}

TEST_F(ResultsTest, JsonTellsAll) {
    results_.known = *KnownWedges::parse("[[wedge]]\nfingerprint = \"aa\"\nname = \"bug\"\n", "k");
    const json all = json::parse(to_json(results_));
    EXPECT_EQ(all["schema"], "unwedge.gate/1");
    EXPECT_EQ(all["passed"], false);
    EXPECT_EQ(all["counts"]["fail"], 2);
    EXPECT_EQ(all["suites"][2]["attempts"][0]["culprits"][0]["fingerprint"], "aa");
    EXPECT_EQ(all["suites"][2]["known"], "bug");
    EXPECT_EQ(all["suites"][0]["length_s"], 1.5);
    EXPECT_EQ(all["suites"][4]["why"], "needs a GPU");
    EXPECT_EQ(all["known"][0]["hits"], 2);
    EXPECT_EQ(all["known"][0]["attempts"], 2);
}

TEST_F(ResultsTest, JUnitHasACaseForEachSuite) {
    const std::string xml = JUnit().write(results_, evidence_);
    for (const char *part :
         {"<testsuites name=\"unwedge gate\" tests=\"7\" failures=\"2\" errors=\"1\" time=\"10.000\">",
          "timestamp=\"2026-12-01T01:02:03\"", "skipped=\"2\"",
          "name=\"fa&lt;il&gt;s &amp; &quot;more&quot;\\x01\"",
          "<failure type=\"fail\" message=\"exit status 3\">",
          "<failure type=\"hang\" message=\"ended after 2.0 s: w stopped\">", "<rerunFailure type=\"hang\"",
          "<flakyFailure type=\"hang\"", "<error type=\"broken\" message=\"its command was not found\">",
          "<skipped message=\"needs a GPU\"/>", "<skipped message=\"not run: the gate was interrupted\"/>"})
        EXPECT_NE(xml.find(part), std::string::npos) << part << "\nin\n" << xml;
}

TEST_F(ResultsTest, AllowedKnownWedgesAreSkipsThere) {
    results_.outcomes[2].status = Status::known_wedge;
    EXPECT_NE(JUnit().write(results_, evidence_).find("<failure type=\"known-wedge\""), std::string::npos);
    results_.rules.allow_known = true;
    EXPECT_NE(JUnit().write(results_, evidence_).find("<skipped message=\"known wedge: ended after"),
              std::string::npos);
}

TEST_F(ResultsTest, TheSummaryNamesWhatDidNotSimplyPass) {
    const std::string text = to_summary(results_, evidence_);
    EXPECT_NE(text.find("## unwedge gate: failed"), std::string::npos);
    EXPECT_NE(text.find("<code>hangs</code>"), std::string::npos);
    EXPECT_EQ(text.find("<code>passes</code>"), std::string::npos);
    EXPECT_EQ(text.find("fa<il>s"), std::string::npos);
}

} // namespace
} // namespace unwedge::gate
