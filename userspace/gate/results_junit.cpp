// SPDX-License-Identifier: GPL-2.0-only
#include "gate/results.h"

#include "formats/plain/xml.h"

#include <fmt/format.h>

#include <algorithm>

namespace unwedge::gate {
namespace {

using formats::xml_attribute;
using formats::xml_text;

constexpr std::size_t most_of_a_log = 65536;

/// The last of an attempt for those who read nothing but the XML: the report of a hang, and what was printed.
std::string body_of(const Attempt &attempt, const Evidence &evidence) {
    std::string body = evidence.report(attempt, {});
    if (body.empty())
        body = evidence.last_lines(attempt, 50);
    for (const std::string &unmet : attempt.unmet)
        body = fmt::format("{}\n{}", unmet, body);
    return body;
}

std::string element(std::string_view tag, std::string_view type, const Attempt &attempt,
                    const Evidence &evidence) {
    return fmt::format("      <{0} type=\"{1}\" message=\"{2}\">{3}</{0}>\n", tag, type,
                       xml_attribute(how_it_ended(attempt)), xml_text(body_of(attempt, evidence)));
}

std::string skipped(std::string_view why) {
    return fmt::format("      <skipped message=\"{}\"/>\n", xml_attribute(why));
}

/// Maven Surefire's words for more than one attempt, which Jenkins and others read: "flakyFailure" of what
/// passed in the end, "rerunFailure" of what did not.
std::string earlier(const Outcome &outcome, const Evidence &evidence) {
    const bool passed = outcome.status == Status::flaky_hang || outcome.status == Status::flaky;
    std::string elements;
    for (std::size_t i = 0; i + 1 < outcome.attempts.size(); ++i)
        elements += element(passed ? "flakyFailure" : "rerunFailure", name(outcome.attempts[i].ending),
                            outcome.attempts[i], evidence);
    return elements;
}

bool is_error(const Outcome &outcome) {
    return outcome.status == Status::interrupted ||
           (outcome.status == Status::fail && outcome.attempts.back().ending == Ending::broken);
}

bool is_failure(const Outcome &outcome, const Rules &rules) {
    return !is_error(outcome) && outcome.status != Status::not_run && fails(outcome.status, rules);
}

std::string result_elements(const Outcome &outcome, const Rules &rules, const Evidence &evidence) {
    if (outcome.status == Status::not_run)
        return skipped("not run: the gate was interrupted");
    if (outcome.status == Status::skipped)
        return skipped(outcome.why);
    if (outcome.attempts.empty())
        return "";
    const Attempt &last = outcome.attempts.back();
    std::string elements;
    if (is_error(outcome))
        elements = element("error", name(last.ending), last, evidence);
    else if (is_failure(outcome, rules))
        elements = element("failure", name(outcome.status), last, evidence);
    else if (outcome.status == Status::known_wedge)
        elements = skipped(fmt::format("known wedge: {}", how_it_ended(last)));
    return elements + earlier(outcome, evidence);
}

std::string testcase(const Outcome &outcome, const Rules &rules, const Evidence &evidence) {
    std::string text = fmt::format("    <testcase classname=\"unwedge.gate\" name=\"{}\" time=\"{:.3f}\">\n",
                                   xml_attribute(outcome.suite->name), seconds(outcome.length()));
    text += result_elements(outcome, rules, evidence);
    if (!outcome.attempts.empty())
        if (const std::string log = evidence.log(outcome.attempts.back(), most_of_a_log); !log.empty())
            text += fmt::format("      <system-out>{}</system-out>\n", xml_text(log));
    return text + "    </testcase>\n";
}

} // namespace

std::string JUnit::write(const Results &results, const Evidence &evidence) {
    const auto number = [&](const auto &counts) { return std::ranges::count_if(results.outcomes, counts); };
    const std::string counts = fmt::format(
        R"(tests="{}" failures="{}" errors="{}")", results.outcomes.size(),
        number([&](const Outcome &one) { return is_failure(one, results.rules); }), number(is_error));
    const auto skips = number([&](const Outcome &one) {
        return one.status == Status::skipped || one.status == Status::not_run ||
               (one.status == Status::known_wedge && results.rules.allow_known);
    });
    const std::string time = fmt::format("time=\"{:.3f}\"", seconds(results.length));
    // The schemas that come from Ant's allow neither a zone nor a fraction.
    std::string text =
        fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                    "<testsuites name=\"unwedge gate\" {0} {1}>\n"
                    "  <testsuite name=\"unwedge gate\" {0} skipped=\"{2}\" {1} "
                    "timestamp=\"{3}\" hostname=\"{4}\">\n",
                    counts, time, skips, results.began.substr(0, 19), xml_attribute(results.host));
    for (std::size_t place = 0; place < results.outcomes.size(); ++place) {
        const Outcome &outcome = results.outcomes[place];
        if (outcome.status == Status::not_run)
            text += testcase(outcome, results.rules, evidence);
        else if (const auto known = ended_.find(place); known != ended_.end())
            text += known->second;
        else
            text += ended_.emplace(place, testcase(outcome, results.rules, evidence)).first->second;
    }
    return text + "  </testsuite>\n</testsuites>\n";
}

} // namespace unwedge::gate
