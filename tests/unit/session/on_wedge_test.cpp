// SPDX-License-Identifier: GPL-2.0-only
#include "session/on_wedge.h"

#include <gtest/gtest.h>

#include <initializer_list>

namespace unwedge::session {
namespace {

OnWedge asked_for(std::initializer_list<const char *> words) {
    OnWedge asked;
    for (const char *word : words)
        EXPECT_TRUE(add_response(asked, word)) << word;
    return asked;
}

std::string refused(const char *word, OnWedge asked = {}) {
    const Result<void> done = add_response(asked, word);
    return done ? "" : done.error().message;
}

TEST(OnWedge, AReportAsksForNothingMore) {
    const OnWedge asked = asked_for({"report"});
    EXPECT_FALSE(asked.kill);
    EXPECT_FALSE(asked.program);
}

TEST(OnWedge, AProgramAloneDoesNotKill) {
    const OnWedge asked = asked_for({"exec:/a b/c:d"});
    EXPECT_FALSE(asked.kill);
    EXPECT_EQ(asked.program, "/a b/c:d");
}

TEST(OnWedge, WordsAddUp) {
    const OnWedge asked = asked_for({"kill", "exec:p", "report", "exec:p"});
    EXPECT_TRUE(asked.kill);
    EXPECT_EQ(asked.program, "p");
}

TEST(OnWedge, RefusesWhatItDoesNotKnow) {
    for (const char *word : {"", "Kill", "kill ", "exec", "exe:p"})
        EXPECT_NE(refused(word).find("neither report nor kill nor exec:PROG"), std::string::npos) << word;
    EXPECT_NE(refused("exec:").find("needs the name of a program"), std::string::npos);
    EXPECT_NE(refused("exec:q", asked_for({"exec:p"})).find("'p' or 'q'"), std::string::npos);
}

} // namespace
} // namespace unwedge::session
