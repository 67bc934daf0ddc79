// SPDX-License-Identifier: GPL-2.0-only
#include "report/json.h"
#include "report/text.h"

#include "feed.h"
#include "harness.h"
#include "hostile_context.h"
#include "oracle.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace unwedge::fuzz {
namespace {

void check_json(const report::Context &context) {
    const std::string text = report::to_json(context);
    require(text.ends_with('\n'), "JSON ends with its line");
    const auto document = nlohmann::json::parse(text, nullptr, false);
    require(!document.is_discarded(), "JSON can be parsed again");
    require(document["actors"].size() == context.snapshot.actors.size(), "all actors are in it");
    require(document["verdicts"].size() == context.diagnosis.verdicts.size(), "all verdicts are in it");
    require(is_harmless(document["summary"].get<std::string>()), "its summary is one line");
    require(is_harmless(document["outside"]["text"].get<std::string>()),
            "what it says of outside is one line");
}

void check_text(const report::Context &context, std::size_t width) {
    const std::string text = report::to_text(context, {.colour = false, .width = width});
    require(text.ends_with('\n'), "a report ends with its line");
    require(is_harmless(text, true), "a report is harmless");
    require(std::ranges::count(text, '\n') <= 2000, "a report has an end, whoever tells what");
}

void check(std::string_view input) {
    Feed feed(input);
    const std::size_t width = feed.value<std::uint8_t>();
    const report::Context context = hostile_context(feed);
    check_text(context, width);
    check_json(context);
    require(is_harmless(report::summary(context)), "a summary is one line");
}

const Registered registered({.name = "report", .check = check});

} // namespace
} // namespace unwedge::fuzz
