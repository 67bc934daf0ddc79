// SPDX-License-Identifier: GPL-2.0-only
#include "formats/plain/sheet.h"

#include <gtest/gtest.h>

namespace unwedge::formats {
namespace {

constexpr std::string_view note =
    "\n<p><b>Left out is what is more than the 1 MiB that GitHub takes.</b></p>\n";

TEST(Sheet, ShowsTextAsItIs) {
    EXPECT_EQ(sheet_text("a <b> & \"c\" | *d* _e_ [f](g)"),
              "a &lt;b&gt; &amp; &quot;c&quot; | *d* _e_ [f](g)");
    EXPECT_EQ(sheet_text("a\n\n# b"), "a\\x0a\\x0a# b");
    EXPECT_EQ(sheet_code("rabbit@ci-7"), "<code>rabbit<span>@</span>ci-7</code>");
    EXPECT_EQ(sheet_text(std::string(301, 'x')), std::string(299, 'x') + "…");
}

TEST(Sheet, IsMadeOfBlocks) {
    Sheet sheet(1000);
    sheet.title("a title");
    sheet.paragraph("a paragraph");
    sheet.section("Empty", Sheet::list({}));
    sheet.section("List", Sheet::list({"one", "two"}));
    sheet.section("Table", Sheet::table({{"a", "b"}, {"1", "2"}}));
    sheet.folded("Report", "a <line>\n\nanother");
    EXPECT_EQ(sheet.take(), R"md(## a title

<p>a paragraph</p>

### List

<ul>
<li>one</li>
<li>two</li>
</ul>

### Table

<table>
<tr><th>a</th><th>b</th></tr>
<tr><td>1</td><td>2</td></tr>
</table>

<details><summary>Report</summary>

<pre>
a &lt;line&gt;

another
</pre>

</details>
)md");
}

TEST(Sheet, LeavesOutWhatDoesNotFit) {
    Sheet sheet(30);
    sheet.paragraph("fits");
    sheet.paragraph("does not fit any more");
    sheet.paragraph("fits");
    EXPECT_EQ(sheet.take(), "<p>fits</p>\n\n<p>fits</p>\n" + std::string(note));
}

TEST(Sheet, CutsWhatIsFoldedAtALine) {
    std::string lines;
    for (int i = 0; i < 100; ++i)
        lines += "a line\n";
    Sheet whole(1000);
    whole.folded("Report", lines);
    EXPECT_TRUE(whole.take().ends_with("</pre>\n\n</details>\n"));
    for (std::size_t most = 0; most < 200; ++most) {
        Sheet sheet(most);
        sheet.folded("Report", lines);
        const std::string text = sheet.take();
        EXPECT_LE(text.size(), most + note.size());
        EXPECT_TRUE(text == note || text.ends_with("a line\n</pre>\n\n</details>\n" + std::string(note)))
            << text;
    }
}

} // namespace
} // namespace unwedge::formats
