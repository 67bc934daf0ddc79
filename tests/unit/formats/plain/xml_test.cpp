// SPDX-License-Identifier: GPL-2.0-only
#include "formats/plain/xml.h"

#include <gtest/gtest.h>

namespace unwedge::formats {
namespace {

TEST(Xml, EscapesMarkup) {
    EXPECT_EQ(xml_text("a < b && c > \"d\" ]]>"), "a &lt; b &amp;&amp; c &gt; &quot;d&quot; ]]&gt;");
    EXPECT_EQ(xml_attribute("&lt;\"'"), "&amp;lt;&quot;'");
}

TEST(Xml, KeepsLinesOfATextButNotOfAnAttribute) {
    EXPECT_EQ(xml_text("a\n\tb"), "a\n\tb");
    EXPECT_EQ(xml_attribute("a\n\tb"), "a\\x0a\\x09b");
}

TEST(Xml, ShowsWhatItCanNotCarry) {
    EXPECT_EQ(xml_text(std::string_view("\0\x1b\x0b\r", 4)), "\\x00\\x1b\\x0b\\x0d");
    EXPECT_EQ(xml_text("\xff\xc0\xaf"), "\\xff\\xc0\\xaf");
    EXPECT_EQ(xml_text("\xed\xa0\x80"), "\\xed\\xa0\\x80") << "a lone surrogate";
    EXPECT_EQ(xml_text("\xef\xbf\xbe\xef\xbf\xbf"), "\\xef\\xbf\\xbe\\xef\\xbf\\xbf") << "U+FFFE, U+FFFF";
    EXPECT_EQ(xml_text("\xe6\x97"), "\\xe6\\x97") << "cut off";
}

TEST(Xml, CarriesAllElse) {
    EXPECT_EQ(xml_text("日本語 \xef\xbf\xbd 🙂 \x7f"), "日本語 \xef\xbf\xbd 🙂 \x7f");
    EXPECT_EQ(xml_text(""), "");
}

} // namespace
} // namespace unwedge::formats
