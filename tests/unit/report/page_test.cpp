// SPDX-License-Identifier: GPL-2.0-only
#include "report/page.h"

#include "report/shell.h"

#include <gtest/gtest.h>

namespace unwedge::report {
namespace {

std::vector<std::string> wrapped(std::string_view text, std::size_t width, std::size_t hang = 0) {
    std::vector<std::string> lines;
    for (const Line &line : Line(text).wrap(width, hang))
        lines.push_back(line.render(false));
    return lines;
}

using Lines = std::vector<std::string>;

TEST(Line, IsCutWithAnEllipsisInTheLastColumn) {
    EXPECT_EQ(Line("abcdef").cut(6).render(false), "abcdef");
    EXPECT_EQ(Line("abcdef").cut(5).render(false), "abcd…");
    EXPECT_EQ(Line("日本語").cut(5).render(false), "日本…");
    EXPECT_EQ(Line("日本語").cut(4).render(false), "日…") << "half a wide glyph is none";
}

TEST(Line, IsCutWhereMarksPileUp) {
    std::string zalgo = "x";
    for (int i = 0; i < 1000; ++i)
        zalgo += "\xcc\x81";
    EXPECT_LT(Line(zalgo).cut(10).render(false).size(), 100U);
}

TEST(Line, ColoursWithoutChangingTheText) {
    Line line("a ", Tone::culprit);
    line.add("b", Tone::plain).add(" c ", Tone::dim);
    EXPECT_EQ(line.render(false), "a b c");
    EXPECT_EQ(line.render(true), "\x1b[1;31ma \x1b[0mb\x1b[2m c\x1b[0m");
}

TEST(Line, EscapesAllThatIsAdded) {
    Line line("\x1b[31m", Tone::plain);
    EXPECT_EQ(line.render(false), "\\x1b[31m");
    EXPECT_EQ(line.columns(), 8U);
}

TEST(Wrap, BreaksAtSpaces) {
    EXPECT_EQ(wrapped("one two three", 7), (Lines{"one two", "three"}));
    EXPECT_EQ(wrapped("one two three", 8), (Lines{"one two", "three"}));
    EXPECT_EQ(wrapped("", 8), Lines{});
}

TEST(Wrap, BreaksWordsThatAreLongerThanALine) {
    EXPECT_EQ(wrapped("abcdefgh", 3), (Lines{"abc", "def", "gh"}));
    EXPECT_EQ(wrapped("a bcdefgh", 3), (Lines{"a", "bcd", "efg", "h"}));
}

TEST(Wrap, KeepsNumbersWithTheirUnits) {
    EXPECT_EQ(wrapped("unread for 3.6 s; x", 14), (Lines{"unread for", "3.6 s; x"}));
    EXPECT_EQ(wrapped("it is the child (pid 12) now", 20), (Lines{"it is the child", "(pid 12) now"}));
    EXPECT_EQ(wrapped("reads of fd 9 end", 11), (Lines{"reads of", "fd 9 end"}));
}

TEST(Wrap, DropsSpacesAtTheBreak) {
    EXPECT_EQ(wrapped("abcd  [ef]", 4), (Lines{"abcd", "[ef]"}));
    EXPECT_EQ(wrapped("abcd   ", 4), (Lines{"abcd"}));
}

TEST(Wrap, NarrowsFurtherLinesByTheHang) {
    EXPECT_EQ(wrapped("aaa bbb ccc ddd", 7, 4), (Lines{"aaa bbb", "ccc", "ddd"}));
}

TEST(Page, IndentsWrappedTextBelowItsLead) {
    Page page({.colour = false, .width = 40});
    page.prose(Line("  label  "), Line("one two three four five six seven eight"), 2);
    EXPECT_EQ(page.take(), "  label  one two three four five six\n"
                           "           seven eight\n");
}

TEST(Page, NeverCutsACommand) {
    Page page({.colour = false, .width = 40});
    const std::string command(60, 'x');
    page.command(Line(command));
    page.row(Line(command));
    EXPECT_EQ(page.take(), command + "\n" + std::string(39, 'x') + "…\n");
}

TEST(Page, IsAtLeastFortyColumnsWide) {
    EXPECT_EQ(Page({.colour = false, .width = 3}).width(), 40U);
}

TEST(Shell, QuotesWordsThatNeedIt) {
    EXPECT_EQ(shell_text({"ls", "-l", "/tmp/a_b"}), "ls -l /tmp/a_b");
    EXPECT_EQ(shell_text({"a b", "", "$HOME"}), "'a b' '' '$HOME'");
    EXPECT_EQ(shell_text({"it's"}), "\"it's\"");
    EXPECT_EQ(shell_text({"it's $x"}), "'it'\\''s $x'");
}

} // namespace
} // namespace unwedge::report
