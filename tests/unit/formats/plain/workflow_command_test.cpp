// SPDX-License-Identifier: GPL-2.0-only
#include "formats/plain/workflow_command.h"

#include "util/utf8.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace unwedge::formats {
namespace {

bool ends_with_note(const std::string &command) {
    return command.ends_with("%0A… cut here: GitHub takes no more\n");
}

TEST(WorkflowCommand, IsALine) {
    EXPECT_EQ(workflow_command("error", "unwedge", "a: b, c"), "::error title=unwedge::a: b, c\n");
}

TEST(WorkflowCommand, EscapesAsTheToolkitDoes) {
    EXPECT_EQ(workflow_command("warning", "50% of a:b,c", "50% of\r\na::b\n"),
              "::warning title=50%25 of a%3Ab%2Cc::50%25 of%0D%0Aa::b%0A\n");
    EXPECT_EQ(workflow_command("error", "%0A::error::x", "%0A::error::x"),
              "::error title=%250A%3A%3Aerror%3A%3Ax::%250A::error::x\n");
}

TEST(WorkflowCommand, TitlesAreOneShortLine) {
    const std::string command = workflow_command("error", "a\nb" + std::string(300, 'x'), "c");
    EXPECT_TRUE(command.starts_with("::error title=a\\x0abxxx"));
    EXPECT_TRUE(command.ends_with("x…::c\n"));
    EXPECT_EQ(columns(command.substr(14, command.find("::", 14) - 14)), 255);
}

TEST(WorkflowCommand, CutsWhatTheRunnerWouldCut) {
    const std::string fits(4096, 'x');
    EXPECT_EQ(workflow_command("error", "t", fits), "::error title=t::" + fits + "\n");
    const std::string command = workflow_command("error", "t", fits + "x");
    EXPECT_TRUE(ends_with_note(command));
    EXPECT_LE(command.size(), 4096 + 20);
}

TEST(WorkflowCommand, CutsAtALineAndNeverInACharacter) {
    std::string lines;
    while (lines.size() < 5000)
        lines += "a line of it\n";
    const std::string command = workflow_command("error", "t", lines);
    EXPECT_TRUE(ends_with_note(command));
    EXPECT_NE(command.find("a line of it%0A… cut"), std::string::npos);
    std::string wide = "x";
    while (wide.size() < 5000)
        wide += "日";
    const std::string cut = workflow_command("error", "t", wide);
    EXPECT_NE(cut.find("日日%0A… cut"), std::string::npos);
}

} // namespace
} // namespace unwedge::formats
