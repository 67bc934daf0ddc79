// SPDX-License-Identifier: GPL-2.0-only
#include "report/text.h"
#include "util/utf8.h"

#include <gtest/gtest.h>

namespace unwedge::report {
namespace {

TEST(Printable, LeavesTextAlone) {
    EXPECT_EQ(printable(""), "");
    EXPECT_EQ(printable("worker-1 (a\\b)"), "worker-1 (a\\b)");
    EXPECT_EQ(printable("Grüße, 日本, 🚀, ◀"), "Grüße, 日本, 🚀, ◀");
}

TEST(Printable, ShowsControlCharacters) {
    EXPECT_EQ(printable("\x1b[31m"), "\\x1b[31m");
    EXPECT_EQ(printable("a\nb\tc\r"), "a\\x0ab\\x09c\\x0d");
    EXPECT_EQ(printable("\x7f"), "\\x7f");
    EXPECT_EQ(printable(std::string_view("\0", 1)), "\\x00");
}

TEST(Printable, ShowsC1ControlsInBothEncodings) {
    EXPECT_EQ(printable("\xc2\x9b"), "\\xc2\\x9b") << "CSI as UTF-8";
    EXPECT_EQ(printable("\x9b"), "\\x9b") << "CSI as a byte";
    EXPECT_EQ(printable("\xc2\xa0"), "\xc2\xa0") << "the first code point after them";
}

TEST(Printable, ShowsInvalidUtf8ByteByByte) {
    EXPECT_EQ(printable("\xff\xfe"), "\\xff\\xfe");
    EXPECT_EQ(printable("\xe6\x97"), "\\xe6\\x97") << "cut off";
    EXPECT_EQ(printable("\xe6z"), "\\xe6z") << "not continued";
    EXPECT_EQ(printable("\xc0\x9b"), "\\xc0\\x9b") << "overlong";
    EXPECT_EQ(printable("\xe0\x80\x9b"), "\\xe0\\x80\\x9b") << "overlong";
    EXPECT_EQ(printable("\xed\xa0\x80"), "\\xed\\xa0\\x80") << "surrogate";
    EXPECT_EQ(printable("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80") << "beyond the last code point";
    EXPECT_EQ(printable("\x80"), "\\x80");
}

TEST(Printable, ShowsMarksThatReorder) {
    EXPECT_EQ(printable("a\xe2\x80\xae"
                        "b"),
              "a\\xe2\\x80\\xaeb")
        << "right-to-left override";
    EXPECT_EQ(printable("\xe2\x81\xa6"), "\\xe2\\x81\\xa6") << "isolate";
    EXPECT_EQ(printable("\xe2\x80\xa8"), "\\xe2\\x80\\xa8") << "line separator";
}

TEST(Printable, OfItsOwnResultChangesNothing) {
    const std::string once = printable("\x1b]0;x\x07\xff ok");
    EXPECT_EQ(printable(once), once);
}

TEST(Columns, AreThoseOfATerminal) {
    EXPECT_EQ(columns("abc"), 3U);
    EXPECT_EQ(columns("Grüße"), 5U);
    EXPECT_EQ(columns("日本"), 4U);
    EXPECT_EQ(columns("e\xcc\x81"), 1U) << "a combining accent";
    EXPECT_EQ(columns("◀ …"), 3U);
}

} // namespace
} // namespace unwedge::report
