// SPDX-License-Identifier: GPL-2.0-only
#include "formats/plain/junit.h"

#include "formats/plain/outcome.h"
#include "formats/plain/xml.h"
#include "report/cast.h"
#include "report/text.h"
#include "util/screen_text.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

namespace unwedge::formats {
namespace {

using recording::Recording;
using report::Context;
using Properties = std::vector<std::pair<std::string, std::string>>;

/// UTC, without a zone: the schemas that come from Ant's allow none.
std::string timestamp(Nanos since_1970) {
    const auto whole = std::chrono::floor<std::chrono::seconds>(since_1970);
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}", fmt::gmtime(static_cast<std::time_t>(whole.count())));
}

/// Of those that are wedged, the worst first; one bug in many workers counts once.
std::vector<std::string> fingerprints(const Context &last) {
    std::vector<std::string> all;
    for (const diagnosis::Verdict *culprit : report::Cast(last.diagnosis).culprits)
        if (std::ranges::find(all, culprit->fingerprint) == all.end())
            all.push_back(culprit->fingerprint);
    return all;
}

/// Each name once: readers make a dictionary of them.
Properties properties_of(const Recording &recording, const Context &last) {
    Properties all{{"version", recording.meta.version},
                   {"kernel", recording.meta.kernel},
                   {"tier", recording.meta.tier}};
    if (recording.meta.level)
        all.emplace_back("level", *recording.meta.level);
    const std::vector<std::string> culprits = fingerprints(last);
    for (std::size_t i = 0; i < culprits.size(); ++i)
        all.emplace_back(fmt::format("fingerprint.{}", i + 1), culprits[i]);
    return all;
}

/// "" for one that passed.
std::string result_element(const Recording &recording, const Context &last, const Outcome &outcome) {
    if (outcome.kind == Outcome::Kind::passed)
        return "";
    const std::string_view element = outcome.kind == Outcome::Kind::failure ? "failure" : "error";
    std::string report;
    if (!recording.meta.end)
        report = cut_off_text() + "\n\n";
    if (!recording.looks.empty())
        report += report::to_text(last, {});
    return fmt::format("      <{0} type=\"{1}\" message=\"{2}\">{3}</{0}>\n", element, outcome.type,
                       xml_attribute(outcome.message), xml_text(report));
}

std::string output_elements(const Recording &recording) {
    std::string elements;
    for (const recording::Output &output : recording.output)
        if (!output.text.empty())
            elements +=
                fmt::format("      <{0}>{1}</{0}>\n",
                            output.stream == recording::Stream::standard_error ? "system-err" : "system-out",
                            xml_text(screen_text(output.text)));
    return elements;
}

} // namespace

std::string to_junit(const Recording &recording) {
    const Context last = recording.last();
    const Outcome outcome = outcome_of(recording, last);
    const std::string counts =
        fmt::format(R"(tests="1" failures="{:d}" errors="{:d}")", outcome.kind == Outcome::Kind::failure,
                    outcome.kind == Outcome::Kind::error);
    const std::string time = fmt::format("time=\"{:.3f}\"", seconds(recorded_length(recording)));
    std::string text =
        fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                    "<testsuites name=\"unwedge\" {0} {1}>\n"
                    "  <testsuite name=\"unwedge\" {0} skipped=\"0\" {1} timestamp=\"{2}\" "
                    "hostname=\"{3}\">\n"
                    "    <properties>\n",
                    counts, time, timestamp(recording.meta.begin_unix), xml_attribute(recording.meta.host));
    for (const auto &[name, value] : properties_of(recording, last))
        fmt::format_to(std::back_inserter(text), "      <property name=\"unwedge.{}\" value=\"{}\"/>\n", name,
                       xml_attribute(value));
    fmt::format_to(std::back_inserter(text),
                   "    </properties>\n"
                   "    <testcase classname=\"unwedge\" name=\"{}\" {}>\n"
                   "{}{}"
                   "    </testcase>\n"
                   "  </testsuite>\n"
                   "</testsuites>\n",
                   xml_attribute(subject_of(recording, last)), time, result_element(recording, last, outcome),
                   output_elements(recording));
    return text;
}

} // namespace unwedge::formats
