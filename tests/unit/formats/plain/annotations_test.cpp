// SPDX-License-Identifier: GPL-2.0-only
#include "formats/plain/github.h"
#include "formats/plain/samples.h"

#include <gtest/gtest.h>

#include <csignal>
#include <sstream>

namespace unwedge::formats {
namespace {

std::vector<std::string> annotation_lines(const recording::Recording &recording) {
    std::istringstream text(to_github_annotations(recording));
    std::vector<std::string> lines;
    for (std::string line; std::getline(text, line);)
        lines.push_back(line);
    return lines;
}

TEST(Annotations, AreNoneWhereAllIsWell) {
    EXPECT_EQ(to_github_annotations(samples::healthy()), "");
    EXPECT_EQ(to_github_annotations(samples::attached()), "");
}

TEST(Annotations, OfAWedge) {
    const std::vector<std::string> lines = annotation_lines(samples::timed_out_wedge());
    ASSERT_EQ(lines.size(), 1);
    EXPECT_TRUE(lines[0].starts_with(
        "::error title=unwedge%3A child (pid 4242) stopped consuming::culprit (certain): child (pid 4242) "
        "stopped consuming%0A  command   /opt/venv/bin/python3 -m tractor._child"))
        << lines[0];
    EXPECT_TRUE(lines[0].ends_with("$ py-spy dump --pid 4242")) << lines[0];
    EXPECT_NE(lines[0].find("%0A  evidence  165 B unread on fd 9"), std::string::npos);
}

TEST(Annotations, OfOtherEnds) {
    EXPECT_EQ(to_github_annotations(samples::exited(3)),
              "::error title=unwedge%3A exited with 3::pytest -x tests: exited with 3; nothing is wedged\n");
    EXPECT_EQ(to_github_annotations(samples::killed(SIGSEGV)),
              "::error title=unwedge%3A killed by SIGSEGV::pytest -x tests: killed by SIGSEGV; nothing is "
              "wedged\n");
    EXPECT_EQ(to_github_annotations(samples::timed_out()),
              "::error title=unwedge%3A timed out::pytest -x tests: timed out; nothing is wedged\n");
    EXPECT_EQ(to_github_annotations(samples::cut_off_early()),
              "::error title=unwedge%3A cut off::pytest -x tests: the recording was cut off: unwedge was "
              "killed, or still records\n");
}

TEST(Annotations, WarnOfWhatIsInDoubt) {
    const std::vector<std::string> suspected = annotation_lines(samples::inconclusive());
    ASSERT_EQ(suspected.size(), 1);
    EXPECT_TRUE(suspected[0].starts_with("::warning title=unwedge%3A child (pid 4242) may have stopped "
                                         "consuming::suspect (inconclusive): "))
        << suspected[0];
    const std::vector<std::string> cut_off = annotation_lines(samples::cut_off_wedge());
    ASSERT_EQ(cut_off.size(), 2);
    EXPECT_TRUE(cut_off[0].starts_with("::error title=unwedge%3A worker-3 (pid 105) is blocked"));
    EXPECT_TRUE(cut_off[1].starts_with("::warning title=unwedge%3A cut off::the recording was cut off"));
}

TEST(Annotations, NoteWhatIsOver) {
    EXPECT_EQ(to_github_annotations(samples::recovered()),
              "::notice title=unwedge%3A child (pid 4242) stopped consuming::recovered after 4.1 s\n");
}

TEST(Annotations, AreNoMoreThanGitHubShows) {
    const std::vector<std::string> lines = annotation_lines(samples::many_culprits());
    ASSERT_EQ(lines.size(), 10);
    EXPECT_EQ(lines.back(), "::error title=unwedge::… and 16 more like these");
}

TEST(Annotations, AHostileNameStartsNoCommand) {
    const std::vector<std::string> lines = annotation_lines(samples::hostile());
    ASSERT_EQ(lines.size(), 1);
    EXPECT_TRUE(lines[0].starts_with("::error title=unwedge%3A "));
    const std::string title = lines[0].substr(14, lines[0].find("::", 14) - 14);
    EXPECT_EQ(title.find_first_of(":,\r\n"), std::string::npos) << title;
    EXPECT_EQ(lines[0].find('\r'), std::string::npos);
}

TEST(Annotations, AreCutAndSaySo) {
    const std::vector<std::string> lines = annotation_lines(samples::huge());
    ASSERT_EQ(lines.size(), 10);
    for (std::size_t i = 0; i + 1 < lines.size(); ++i)
        EXPECT_TRUE(lines[i].ends_with("%0A… cut here: GitHub takes no more"));
}

} // namespace
} // namespace unwedge::formats
