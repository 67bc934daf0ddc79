// SPDX-License-Identifier: GPL-2.0-only
#include "formats/html/escape.h"

#include <gtest/gtest.h>

namespace unwedge::formats::html {
namespace {

TEST(HtmlText, EscapesWhatHtmlReads) {
    EXPECT_EQ("&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt; &amp;amp;", html_text("<b a=\"1\" c='2'> &amp;"));
}

TEST(HtmlText, ShowsWhatCouldSteerATerminal) {
    EXPECT_EQ("\\x1b[2J\\x0a\\xff", html_text("\x1b[2J\n\xff"));
}

TEST(HtmlText, KeepsOtherLanguages) {
    EXPECT_EQ("日本語 é", html_text("日本語 é"));
}

TEST(HtmlLines, StayLines) {
    EXPECT_EQ("a&lt;\n\\x0d\nb", html_lines("a<\n\r\nb"));
    EXPECT_EQ("a\n", html_lines("a\n"));
    EXPECT_EQ("", html_lines(""));
}

TEST(ScriptJson, HoldsNothingThatEndsAScript) {
    const std::string json = script_json({{"a", "</script><!--&"}});
    EXPECT_EQ(R"({"a":"\u003c/script\u003e\u003c!--\u0026"})", json);
    EXPECT_EQ("</script><!--&", Json::parse(json)["a"]);
}

TEST(ScriptJson, HoldsNoSeparatorsOfLines) {
    EXPECT_EQ(R"(["\u2028\u2029"])", script_json(Json::array({"\xe2\x80\xa8\xe2\x80\xa9"})));
}

TEST(ScriptJson, ReplacesWhatIsNoUtf8) {
    EXPECT_EQ("[\"\xef\xbf\xbd\"]", script_json(Json::array({"\xff"})));
}

} // namespace
} // namespace unwedge::formats::html
