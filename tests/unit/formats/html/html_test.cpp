// SPDX-License-Identifier: GPL-2.0-only
#include "formats/html/html.h"

#include "formats/html/assets.h"
#include "formats/html/escape.h"
#include "recording/samples.h"
#include "report/samples.h"
#include "report/text.h"

#include <gtest/gtest.h>

#include <regex>
#include <set>

namespace unwedge::formats {
namespace {

using recording::Recording;
namespace samples = recording::samples;

constexpr std::size_t mib = 1 << 20;

std::vector<std::pair<std::string, Recording>> all() {
    return {{"wedge", samples::wedge()},
            {"healthy", samples::healthy()},
            {"crowd", samples::crowd(20, 1000)},
            {"hostile", samples::hostile()},
            {"empty", samples::empty()}};
}

/// What stands between `open` and `close`, cut out of `page`.
std::string take(std::string &page, std::string_view open, std::string_view close) {
    const std::size_t begin = page.find(open);
    if (begin == std::string::npos)
        return "";
    const std::size_t inner = begin + open.size();
    const std::size_t end = page.find(close, inner);
    if (end == std::string::npos)
        return "";
    std::string taken = page.substr(inner, end - inner);
    page.erase(begin, end + close.size() - begin);
    return taken;
}

/// The page in its parts.
struct Parts {
    std::string data, script, style, markup;

    explicit Parts(std::string page) {
        data = take(page, "<script type=\"application/json\" id=\"recording\">", "</script>");
        script = take(page, "<script>", "</script>");
        style = take(page, "<style>", "</style>");
        markup = std::move(page);
    }
};

/// Empty if all elements end in the order in which they began.
std::string nesting_fault(const std::string &markup) {
    const std::set<std::string> empty_elements{"meta", "link", "br", "!doctype"};
    const std::regex tag("<(/?)([a-z!][a-z0-9]*)([^<>]*)>");
    std::vector<std::string> open;
    for (std::sregex_iterator found(markup.begin(), markup.end(), tag), end; found != end; ++found) {
        const std::string name = (*found)[2];
        if (empty_elements.contains(name))
            continue;
        if ((*found)[1].length() == 0)
            open.push_back(name);
        else if (open.empty() || open.back() != name)
            return "</" + name + ">";
        else
            open.pop_back();
    }
    return open.empty() ? "" : "<" + open.back() + "> does not end";
}

TEST(Html, IsWellFormed) {
    for (const auto &[name, recording] : all()) {
        const Parts parts(to_html(recording));
        EXPECT_EQ("", nesting_fault(parts.markup)) << name;
        EXPECT_TRUE(parts.markup.starts_with("<!doctype html>\n<html lang=\"en\">")) << name;
        EXPECT_TRUE(html::Json::accept(parts.data)) << name;
    }
}

TEST(Html, BeginsWithTheSummary) {
    for (const auto &[name, recording] : all()) {
        if (recording.looks.empty())
            continue;
        const std::string heading = "<h1>" + html::html_text(report::summary(recording.last())) + "</h1>";
        EXPECT_NE(std::string::npos, to_html(recording).find(heading)) << name;
    }
}

TEST(Html, HoldsTheReportAsText) {
    const Recording recording = samples::wedge();
    const std::string text = html::html_lines(report::to_text(recording.last(), {}));
    EXPECT_NE(std::string::npos, to_html(recording).find(text));
}

TEST(Html, HoldsWhatWasPrintedLast) {
    const std::string page = to_html(samples::wedge());
    EXPECT_NE(page.find("The last of its output"), std::string::npos);
    EXPECT_NE(page.find("1200 bytes came before"), std::string::npos);
    EXPECT_NE(page.find("test_three PASSED\ntest_chain.py::test_&lt;four&gt;"), std::string::npos);
    EXPECT_EQ(to_html(samples::healthy()).find("The last of its"), std::string::npos);
}

TEST(Html, LoadsNothing) {
    const std::regex load(
        "(src|href|action|data|poster)=\"(?!#|data:)|<(iframe|object|embed|img|form|base)\\b");
    for (const auto &[name, recording] : all()) {
        const Parts parts(to_html(recording));
        EXPECT_FALSE(std::regex_search(parts.markup, load)) << name;
        EXPECT_EQ(std::string::npos, parts.markup.find("://")) << name;
        EXPECT_EQ(std::string::npos, parts.style.find("url(")) << name;
        EXPECT_EQ(std::string::npos, parts.style.find("@import")) << name;
    }
    const std::string script(html::page_script().text);
    for (const char *way_out :
         {"fetch(", "XMLHttpRequest", "WebSocket", "EventSource", "sendBeacon", "import(", "https:"})
        EXPECT_EQ(std::string::npos, script.find(way_out)) << way_out;
}

TEST(Html, MakesNoHtmlOfTexts) {
    const std::string script(html::page_script().text);
    for (const char *way_in :
         {"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function("})
        EXPECT_EQ(std::string::npos, script.find(way_in)) << way_in;
}

TEST(Html, AllowsItsOwnScriptAndStyleOnly) {
    const Parts parts(to_html(samples::wedge()));
    EXPECT_EQ(html::page_script().text, parts.script);
    EXPECT_EQ(html::page_style().text, parts.style);
    for (const html::Asset &asset : {html::page_script(), html::page_style()}) {
        EXPECT_TRUE(std::regex_match(std::string(asset.hash), std::regex("sha256-[A-Za-z0-9+/]{43}=")));
        EXPECT_NE(std::string::npos, parts.markup.find(asset.hash));
    }
    EXPECT_NE(std::string::npos, parts.markup.find("content=\"default-src 'none'; script-src 'sha256-"));
    EXPECT_EQ(std::string::npos, parts.markup.find("unsafe"));
}

TEST(Html, HostileTextStaysText) {
    const std::string attack = "</script><script>alert(1)</script><!--<b>\"'&\x1b[31m\xe2\x80\xa8\xff";
    Recording recording = samples::hostile();
    recording.meta.host = recording.meta.kernel = recording.meta.version = attack;
    recording.meta.hooks["receive"] = attack;
    recording.meta.command = report::Command{{attack, "--" + attack}, 1, std::nullopt, false};
    recording.events.emplace_back(facts::Forked{recording.meta.begin, 1, 9, attack});
    recording.events.emplace_back(facts::Executed{recording.meta.begin, 9, attack, {attack}});
    for (recording::Look &look : recording.looks) {
        look.at = attack;
        look.snapshot.hidden = {attack};
        for (auto &[pid, actor] : look.snapshot.actors)
            actor.name = actor.title = actor.comm = attack;
        facts::End &outer = look.snapshot.ends[33];
        outer.id = 33;
        outer.remote_address = attack;
        look.snapshot.actors.begin()->second.holds.push_back({33, 33});
    }
    const std::string page = to_html(recording);
    const Parts parts(page);
    EXPECT_EQ("", nesting_fault(parts.markup));
    EXPECT_EQ(std::string::npos, parts.markup.find("<script"));
    EXPECT_EQ(std::string::npos, parts.markup.find("<b>"));
    EXPECT_EQ(std::string::npos, parts.data.find_first_of("<>&"));
    EXPECT_EQ(std::string::npos, page.find('\x1b'));
    EXPECT_EQ(std::string::npos, page.find("\xe2\x80\xa8"));
    EXPECT_EQ(std::string::npos, page.find('\xff'));
    EXPECT_TRUE(html::Json::accept(parts.data));
}

TEST(Html, IsTheSameEachTime) {
    for (const auto &[name, recording] : all())
        EXPECT_EQ(to_html(recording), to_html(recording)) << name;
}

TEST(Html, SaysThatItWasCutOff) {
    const std::string said = "The recording was cut off:";
    EXPECT_NE(std::string::npos, to_html(samples::empty()).find(said));
    EXPECT_EQ(std::string::npos, to_html(samples::wedge()).find(said));
}

TEST(Html, ClaimsNothingWithoutALook) {
    const std::string page = to_html(samples::empty());
    EXPECT_EQ(std::string::npos, page.find("nothing is wedged"));
    EXPECT_NE(std::string::npos, page.find("<p class=\"state\">no verdict</p>"));
}

TEST(Html, SaysWhatLeavesTheTree) {
    EXPECT_NE(std::string::npos,
              to_html(samples::wedge())
                  .find("<dt>Outside</dt><dd><span>no connection leaves the tree: the network "
                        "is not to blame</span></dd>"));
    EXPECT_NE(std::string::npos,
              to_html(samples::empty()).find("<dt>Outside</dt><dd><span>not known</span>"));
}

TEST(Html, SaysWhatWasLost) {
    const std::string page = to_html(samples::of(report::samples::inconclusive()));
    EXPECT_NE(std::string::npos, page.find("<strong>Lost:</strong> ringbuf_full 12, task_storage 3"));
    EXPECT_NE(std::string::npos, page.find("<p class=\"state\">inconclusive</p>"));
}

TEST(Html, SaysWhatCouldNotBeSeen) {
    const std::string page = to_html(samples::of(report::samples::triage()));
    EXPECT_NE(std::string::npos, page.find("<strong>Could not be seen:</strong> the descriptors of 1 of 2"));
    EXPECT_NE(std::string::npos, page.find("/proc, without BPF"));
}

TEST(Html, TellsHowTheCommandEnded) {
    Recording recording = samples::wedge();
    recording.meta.command = report::Command{{"a b"}, std::nullopt, 9, false};
    EXPECT_NE(std::string::npos,
              to_html(recording).find("<code>&#39;a b&#39;</code><small>killed by SIGKILL</small>"));
    recording.meta.command->timed_out = true;
    EXPECT_NE(std::string::npos, to_html(recording).find("<small>timed out</small>"));
    recording.meta.command.reset();
    EXPECT_NE(std::string::npos, to_html(recording).find("a running tree was attached to"));
}

TEST(Html, TellsThatUnwedgeItselfProvoked) {
    Recording recording = samples::wedge();
    EXPECT_EQ(std::string::npos, to_html(recording).find("Provoked:"));
    recording.meta.provoked = report::Provoked{.spec = "stop=<a>", .seed = 7};
    EXPECT_NE(std::string::npos,
              to_html(recording).find("<strong>Provoked:</strong> unwedge itself made load or "
                                      "held actors up (--provoke &#39;stop=&lt;a&gt;&#39;); "
                                      "--seed 7 repeats it</p>"));
}

TEST(Html, StaysSmall) {
    EXPECT_LT(to_html(samples::wedge()).size(), mib / 5);
    EXPECT_LT(to_html(samples::crowd(200, 100'000)).size(), 4 * mib);
}

} // namespace
} // namespace unwedge::formats
