// SPDX-License-Identifier: GPL-2.0-only
#include "formats/plain/github.h"
#include "formats/plain/samples.h"

#include <gtest/gtest.h>

#include <csignal>

namespace unwedge::formats {
namespace {

void expect_part(const std::string &text, const std::string &part) {
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text.substr(0, 20'000);
}

TEST(JobSummary, OfAHealthyRun) {
    const std::string text = to_github_summary(samples::healthy());
    EXPECT_TRUE(text.starts_with("## unwedge: exited with 0\n"
                                 "\n"
                                 "<p><b>nothing is wedged</b></p>\n"
                                 "\n"
                                 "<p><code>pytest -x tests</code>, watched for 13 s on ci-7, Linux "
                                 "6.1.0-18-amd64, by unwedge 0.1.0</p>\n"
                                 "\n"
                                 "<p>no connection leaves the tree</p>\n"
                                 "\n"
                                 "<details><summary>The whole report</summary>\n"
                                 "\n"
                                 "<pre>\n"
                                 "unwedge: nothing is wedged\n"))
        << text;
    EXPECT_TRUE(text.ends_with("</pre>\n\n</details>\n"));
    EXPECT_EQ(text.find("###"), std::string::npos);
}

TEST(JobSummary, OfAWedge) {
    const std::string text = to_github_summary(samples::timed_out_wedge());
    EXPECT_EQ(text.substr(0, text.find("<details>")), R"md(## unwedge: wedged

<p><b>child (pid 4242) stopped consuming: 165 B unread for 3.6 s; parent (pid 4240) and pytest (pid 4238) wait</b></p>

<p><code>pytest -x tests</code>, watched for 13 s on ci-7, Linux 6.1.0-18-amd64, by unwedge 0.1.0</p>

<p>no connection leaves the tree: the network is not to blame</p>

### Culprits

<table>
<tr><th>who</th><th>what</th><th>confidence</th><th>left unread</th><th>who waits</th><th>fingerprint</th></tr>
<tr><td>child (pid 4242)</td><td>stopped consuming</td><td>certain</td><td>165 B unread for 3.6 s</td><td>parent (pid 4240) and pytest (pid 4238) wait</td><td><code>0123456789abcdef</code></td></tr>
</table>

### Who waits on whom

<ul>
<li>parent (pid 4240) → child (pid 4242): waits in epoll_wait to read from 4242 on fd 7</li>
<li>pytest (pid 4238) → parent (pid 4240) → 4242: waits in wait4 until 4240 ends</li>
</ul>

### Evidence

<ul>
<li>165 B unread on fd 9 for 3.6 s, nothing consumed <code>sweep</code></li>
<li>no thread waits to read fd 9: it is in no set of descriptors <code>fdinfo</code></li>
<li>its loop, thread 4242, is parked in epoll_wait without a timer <code>iter/task</code></li>
</ul>

### What to do next

<ul>
<li>find the code of child (pid 4242) that should read fd 9; its loop lives but does not watch it: look for a reader that ended, was cancelled or was never started</li>
<li>see where child (pid 4242) stands: <code>py-spy dump --pid 4242</code></li>
</ul>

)md");
    expect_part(text, "command timed out: pytest -x tests");
}

TEST(JobSummary, OfOtherEnds) {
    expect_part(to_github_summary(samples::exited(3)),
                "## unwedge: exited with 3\n\n<p><b>exited with 3; nothing is wedged</b></p>");
    expect_part(to_github_summary(samples::killed(SIGSEGV)), "## unwedge: killed by SIGSEGV\n");
    expect_part(to_github_summary(samples::timed_out()), "## unwedge: timed out\n");
    expect_part(to_github_summary(samples::attached()), "## unwedge: not wedged\n");
}

TEST(JobSummary, TellsWhatWasNotSeen) {
    const std::string doubtful = to_github_summary(samples::inconclusive());
    expect_part(doubtful, "### Suspects\n");
    expect_part(doubtful, "<td>may have stopped consuming</td><td>inconclusive</td>");
    expect_part(doubtful, "### What was not seen\n\n<ul>\n<li>ringbuf_full 12, task_storage 3, last 2.0 s "
                          "ago; what was missed could explain a stall");
    expect_part(to_github_summary(samples::cut_off_wedge()),
                "### What was not seen\n\n<ul>\n<li>the recording was cut off: unwedge was killed, or still");
    const std::string early = to_github_summary(samples::cut_off_early());
    expect_part(early, "## unwedge: cut off\n");
    EXPECT_EQ(early.find("<details>"), std::string::npos) << "a report of nothing";
}

TEST(JobSummary, TellsWhatIsOver) {
    expect_part(
        to_github_summary(samples::recovered()),
        "### No longer wedged\n\n<ul>\n<li>child (pid 4242) stopped consuming, recovered after 4.1 s");
}

TEST(JobSummary, TellsOfTheFirstOfMany) {
    const std::string text = to_github_summary(samples::many_culprits());
    expect_part(text, "</table>\n<p>… and 15 more like these</p>\n");
    expect_part(text, "### Evidence\n\n<p>worker-3 (pid 105):</p>\n<ul>\n<li>12.3 KiB unread on fd 8");
}

TEST(JobSummary, NamesAreNeitherMarkupNorMentions) {
    const std::string text = to_github_summary(samples::hostile());
    for (const char *part : {"<script", "</failure", "\n::", "\r", "\n# h"})
        EXPECT_EQ(text.find(part), std::string::npos) << part;
    EXPECT_EQ(text.find("</pre>"), text.rfind("</pre>"));
    const std::string shown = text.substr(0, text.find("<pre>"));
    EXPECT_EQ(shown.find("@octocat"), std::string::npos) << "in <pre> it is no mention";
    expect_part(shown, "<span>@</span>octocat");
}

TEST(JobSummary, IsSmallEvenWhereNamesAreHuge) {
    const std::string text = to_github_summary(samples::huge());
    EXPECT_LT(text.size(), 1024 * 1024);
    expect_part(text, "</li>\n<li>… and 5 more</li>\n</ul>\n<p>");
    EXPECT_TRUE(text.ends_with("</details>\n"));
}

} // namespace
} // namespace unwedge::formats
