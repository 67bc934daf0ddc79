// SPDX-License-Identifier: GPL-2.0-only
#include "formats/plain/junit.h"

#include "formats/plain/samples.h"
#include "recording/samples.h"
#include "report/samples.h"

#include <gtest/gtest.h>

#include <csignal>

namespace unwedge::formats {
namespace {

using recording::Recording;

void expect_junit(const Recording &recording, const std::string &part) {
    const std::string text = to_junit(recording);
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
}

TEST(Junit, OfAHealthyRun) {
    EXPECT_EQ(to_junit(samples::healthy()), R"xml(<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="unwedge" tests="1" failures="0" errors="0" time="13.000">
  <testsuite name="unwedge" tests="1" failures="0" errors="0" skipped="0" time="13.000" timestamp="2026-01-31T11:59:48" hostname="ci-7">
    <properties>
      <property name="unwedge.version" value="0.1.0"/>
      <property name="unwedge.kernel" value="6.1.0-18-amd64"/>
      <property name="unwedge.tier" value="bpf"/>
      <property name="unwedge.level" value="trace"/>
    </properties>
    <testcase classname="unwedge" name="pytest -x tests" time="13.000">
    </testcase>
  </testsuite>
</testsuites>
)xml");
}

TEST(Junit, OfAWedge) {
    expect_junit(samples::wedge(), "tests=\"1\" failures=\"1\" errors=\"0\"");
    expect_junit(
        samples::wedge(),
        "<failure type=\"wedge\" message=\"worker-3 (pid 105) is blocked in clock_nanosleep, 59 min "
        "56 s left: 12.3 KiB unread for 4.2 s; 3 actors wait\">unwedge: wedged: worker-3 (pid 105) ");
    expect_junit(samples::wedge(), "culprit (likely): worker-3 (pid 105) is blocked");
    expect_junit(samples::wedge(),
                 "<property name=\"unwedge.fingerprint.1\" value=\"0123456789abcdef\"/>\n    </properties>");
}

TEST(Junit, HasWhatWasPrintedLast) {
    expect_junit(samples::wedge(),
                 "<system-out>test_chain.py::test_three PASSED\ntest_chain.py::test_&lt;four&gt; "
                 "</system-out>");
    Recording apart = samples::wedge();
    apart.output = {{recording::Stream::standard_output, 0, ""},
                    {recording::Stream::standard_error, 0, "oh"}};
    expect_junit(apart, "<system-err>oh</system-err>");
    EXPECT_EQ(to_junit(apart).find("system-out"), std::string::npos);
}

TEST(Junit, AWedgeTellsMoreThanTheTimeout) {
    expect_junit(samples::timed_out_wedge(), "<failure type=\"wedge\" message=\"child (pid 4242) stopped");
    expect_junit(samples::timed_out(),
                 "<failure type=\"timeout\" message=\"timed out; nothing is wedged\">unwedge: nothing");
}

TEST(Junit, OfACommandThatFailed) {
    expect_junit(samples::exited(3), "tests=\"1\" failures=\"0\" errors=\"1\"");
    expect_junit(samples::exited(3),
                 "<error type=\"exit\" message=\"exited with 3; nothing is wedged\">unwedge: nothing");
    expect_junit(samples::killed(SIGSEGV),
                 "<error type=\"signal\" message=\"killed by SIGSEGV; nothing is wedged\">");
    expect_junit(samples::unfinished(),
                 "<error type=\"unfinished\" message=\"still ran when the recording ended; nothing");
}

TEST(Junit, OfARecordingThatWasCutOff) {
    const std::string why = "the recording was cut off: unwedge was killed, or still records";
    expect_junit(samples::cut_off(), "<error type=\"cut-off\" message=\"" + why +
                                         "; last seen: nothing is wedged\">" + why + "\n\nunwedge: nothing");
    expect_junit(samples::cut_off_early(),
                 "<error type=\"cut-off\" message=\"" + why + "\">" + why + "\n\n</error>");
    expect_junit(samples::cut_off_wedge(),
                 "12.3 KiB unread for 4.2 s; 3 actors wait\">" + why + "\n\nunwedge: wedged: ");
    expect_junit(samples::cut_off(), " time=\"12.000\"");
}

TEST(Junit, NamesAnAttachedTreeByItsRoot) {
    expect_junit(samples::attached(), "name=\"/opt/venv/bin/python3 /opt/venv/bin/pytest -x tests\"");
    Recording recording = samples::attached();
    facts::Snapshot &snapshot = recording.looks.back().snapshot;
    snapshot.actors.at(4238).argv.clear();
    expect_junit(recording, "<testcase classname=\"unwedge\" name=\"pytest\"");
    recording.looks.clear();
    expect_junit(recording, "<testcase classname=\"unwedge\" name=\"attached tree\"");
}

TEST(Junit, CountsABugInManyWorkersOnce) {
    const std::string text = to_junit(samples::many_culprits());
    EXPECT_NE(text.find("unwedge.fingerprint.2\" value=\"fedcba9876543210\"/>\n    </properties>"),
              std::string::npos);
}

TEST(Junit, PassesWhatRecoveredOrIsInconclusive) {
    expect_junit(samples::recovered(), "tests=\"1\" failures=\"0\" errors=\"0\"");
    expect_junit(samples::inconclusive(), "tests=\"1\" failures=\"0\" errors=\"0\"");
}

TEST(Junit, NamesAreQuotedAndCut) {
    Recording recording = samples::healthy();
    recording.meta.command->argv = {"sh", "-c", "a && b < \"c\"\nd", std::string(70'000, 'x')};
    const std::string text = to_junit(recording);
    expect_junit(recording, "name=\"sh -c 'a &amp;&amp; b &lt; &quot;c&quot;\\x0ad' xxx");
    expect_junit(recording, "xxx…\" time=");
    EXPECT_LT(text.size(), 3000);
}

TEST(Junit, TakesAnyTime) {
    Recording recording = samples::healthy();
    recording.meta.begin_unix = Nanos::min();
    recording.meta.begin = Nanos::min() / 2; // what context() subtracts must not overflow
    recording.meta.end = Nanos::max();
    expect_junit(recording, "time=\"9223372036.855\" timestamp=\"1677-09-21T00:12:43\"");
    recording.meta.begin_unix = recording.meta.begin = Nanos::max();
    recording.meta.end = Nanos::min();
    expect_junit(recording, "time=\"0.000\" timestamp=\"2262-04-11T23:47:16\"");
}

} // namespace
} // namespace unwedge::formats
