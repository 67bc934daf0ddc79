// SPDX-License-Identifier: GPL-2.0-only
#include "formats/html/html.h"

#include "formats/html/assets.h"
#include "formats/html/head.h"
#include "formats/html/page_data.h"
#include "report/text.h"
#include "util/screen_text.h"

#include <fmt/format.h>

namespace unwedge::formats::html {

namespace {

/// Nothing may be loaded, sent or framed; what runs is the page's own script, told by its hash.
std::string policy() {
    return fmt::format("default-src 'none'; script-src '{}'; style-src '{}'; img-src data:; base-uri 'none'; "
                       "form-action 'none'",
                       page_script().hash, page_style().hash);
}

/// A tab tells its verdict before it is opened, and the browser asks no server for an icon.
std::string icon(const Headline &headline) {
    const char *colour = headline.state == "wedged"                                 ? "c22f22"
                         : headline.state == "doubt" || headline.state == "unknown" ? "b07a12"
                                                                                    : "2c8a5a";
    return fmt::format("data:image/svg+xml,%3Csvg xmlns='http%3A//www.w3.org/2000/svg' viewBox='0 0 16 16'%3E"
                       "%3Cpath d='M2 2h4v7a2 2 0 0 0 4 0V2h4v7a6 6 0 0 1-12 0z' fill='%23{}'/%3E%3C/svg%3E",
                       colour);
}

std::string head(const Digest &digest, const Headline &headline) {
    return fmt::format("<!doctype html>\n"
                       "<html lang=\"en\">\n"
                       "<head>\n"
                       "<meta charset=\"utf-8\">\n"
                       "<meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n"
                       "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                       "<meta name=\"color-scheme\" content=\"light dark\">\n"
                       "<meta name=\"referrer\" content=\"no-referrer\">\n"
                       "<meta name=\"generator\" content=\"unwedge {}\">\n"
                       "<title>{}: {}</title>\n"
                       "<link rel=\"icon\" href=\"{}\">\n"
                       "<style>{}</style>\n"
                       "</head>\n",
                       policy(), html_text(digest.recording.meta.version), headline.word,
                       html_text(headline.sentence), icon(headline), page_style().text);
}

constexpr std::string_view top = R"html(<a class="skip" href="#main">Skip to the verdict</a>
<header class="bar">
<span class="brand">unwedge</span>
<nav aria-label="Sections">
<a href="#waits">Waits</a>
<a href="#timeline">Timeline</a>
<a href="#channels">Channels</a>
<a href="#evidence">Evidence</a>
<a href="#data">Data</a>
</nav>
</header>
)html";

/// What the script fills and shows.
constexpr std::string_view sections =
    R"html(<section id="waits" aria-labelledby="waits-title" hidden>
<header><h2 id="waits-title">Who waits on whom</h2><div class="tools" id="look-tools"></div></header>
<div id="graph"></div>
</section>
<section id="timeline" aria-labelledby="timeline-title" hidden>
<header><h2 id="timeline-title">Timeline</h2><div class="tools" id="timeline-tools"></div></header>
<div id="lanes"></div>
</section>
<section id="channels" aria-labelledby="channels-title" hidden>
<header><h2 id="channels-title">Channels</h2><div class="tools" id="channel-tools"></div></header>
<div id="channel-list"></div>
</section>
<section id="evidence" aria-labelledby="evidence-title" hidden>
<header><h2 id="evidence-title">Evidence</h2></header>
<div id="verdicts"></div>
</section>
<section id="data" aria-labelledby="data-title" hidden>
<header><h2 id="data-title">Data</h2></header>
<div id="tables"></div>
</section>
)html";

/// What the command printed last, a section for each stream.
std::string output_html(const recording::Recording &recording) {
    std::string html;
    for (const recording::Output &output : recording.output) {
        const std::string_view name = name_of(output.stream);
        if (output.text.empty())
            continue;
        const std::string earlier =
            output.before ? fmt::format("<p>{} bytes came before.</p>\n", output.before) : "";
        html += fmt::format("<section class=\"text\" id=\"{0}\" aria-labelledby=\"{0}-title\">\n"
                            "<header><h2 id=\"{0}-title\">The last of its {0}</h2></header>\n"
                            "{1}<pre tabindex=\"0\" aria-labelledby=\"{0}-title\">{2}</pre>\n"
                            "</section>\n",
                            name, earlier, html_lines(screen_text(output.text)));
    }
    return html;
}

std::string main_part(const Digest &digest, const Headline &headline) {
    report::Style plain;
    return fmt::format(
        "<main id=\"main\" tabindex=\"-1\">\n"
        "<div class=\"lead {}\">\n"
        "<p class=\"state\">{}</p>\n"
        "<h1>{}</h1>\n"
        "</div>\n"
        "<div id=\"next\"></div>\n"
        "{}{}"
        "<noscript><p class=\"warning\"><strong>Scripts are off:</strong> the graph, the timeline "
        "and the tables need them. The report below does not.</p></noscript>\n"
        "{}"
        "{}"
        "<section class=\"text\" id=\"text\" aria-labelledby=\"text-title\">\n"
        "<header><h2 id=\"text-title\">The report as text</h2></header>\n"
        "<pre tabindex=\"0\" aria-labelledby=\"text-title\">{}</pre>\n"
        "</section>\n"
        "</main>\n",
        headline.state, headline.word, html_text(headline.sentence), warnings_html(digest),
        facts_html(digest), sections, output_html(digest.recording),
        digest.recording.looks.empty() ? "No look was recorded."
                                       : html_lines(report::to_text(digest.last, plain)));
}

} // namespace

} // namespace unwedge::formats::html

namespace unwedge::formats {

std::string to_html(const recording::Recording &recording) {
    using namespace html;
    const Digest digest(recording);
    const Headline headline = headline_of(digest);
    std::string page = head(digest, headline);
    page += "<body>\n";
    page += top;
    page += main_part(digest, headline);
    page += "<aside id=\"inspector\" aria-label=\"Details\" hidden></aside>\n";
    page += fmt::format("<script type=\"application/json\" id=\"recording\">{}</script>\n",
                        script_json(page_data(digest)));
    page += fmt::format("<script>{}</script>\n</body>\n</html>\n", page_script().text);
    return page;
}

} // namespace unwedge::formats
