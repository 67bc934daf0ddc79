// SPDX-License-Identifier: GPL-2.0-only
#include "util/screen_text.h"

#include <gtest/gtest.h>

namespace unwedge {
namespace {

TEST(ScreenText, PlainLinesStay) {
    EXPECT_EQ(screen_text("one\ntwo\tthree\n"), "one\ntwo\tthree\n");
    EXPECT_EQ(screen_text(""), "");
    EXPECT_EQ(screen_text("\xff\x01"), "\xff\x01") << "what reads it makes these visible";
}

TEST(ScreenText, ColoursGo) {
    EXPECT_EQ(screen_text("\x1b[1;31mFAILED\x1b[0m test_x\x1b[K\n"), "FAILED test_x\n");
}

TEST(ScreenText, TitlesAndLinksGo) {
    EXPECT_EQ(screen_text("\x1b]0;title\x07text"), "text");
    EXPECT_EQ(screen_text("\x1b]8;;https://host\x1b\\link\x1b]8;;\x1b\\"), "link");
}

TEST(ScreenText, OtherSequencesGo) {
    EXPECT_EQ(screen_text("\x1b"
                          "7a\x1b(Bb"),
              "ab");
}

TEST(ScreenText, WhatBreaksOffGoes) {
    for (const char *begun : {"\x1b", "\x1b[", "\x1b[12;", "\x1b]0;tit", "\x1b]0;x\x1b", "\x1b("})
        EXPECT_EQ(screen_text(std::string("x") + begun), "x");
}

TEST(ScreenText, OfALineWrittenOverTheLastStateStays) {
    EXPECT_EQ(screen_text("10%\r50%\r100%\ndone\n"), "100%\ndone\n");
    EXPECT_EQ(screen_text("one\r\ntwo\r\n"), "one\ntwo\n");
    EXPECT_EQ(screen_text("50%\r"), "50%");
}

} // namespace
} // namespace unwedge
