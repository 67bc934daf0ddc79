// SPDX-License-Identifier: GPL-2.0-only
#include "session/expectations.h"

#include "session/exit_status.h"
#include "session/host.h"
#include "session/user_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace unwedge::session {
namespace {

bool has_held(const expect::Outcome &outcome) {
    return outcome.finding == expect::Finding::held;
}

} // namespace

Result<std::vector<expect::Expectation>>
load_expectations(const Expected &expected, const std::optional<Identity> &reader, WatchSettings &watch) {
    std::vector<expect::Expectation> all = expected.given;
    if (expected.file) {
        const Result<std::string> text = read_user_file("--expect-file", *expected.file, reader);
        if (!text)
            return text.error();
        Result<std::vector<expect::Expectation>> read = expect::parse_file(*text, *expected.file);
        if (!read)
            return Error{"--expect-file: " + read.error().message, read.error().code};
        std::ranges::move(*read, std::back_inserter(all));
    }
    if (const Result<void> harmony = expect::require_harmony(all); !harmony)
        return Error{"--expect: " + harmony.error().message, 0};
    watch.calls = expect::calls_for(all);
    if (const auto needy = std::ranges::find_if(all, expect::needs_bpf); needy != all.end())
        watch.needs_bpf = "--expect " + needy->spec;
    return all;
}

Expectations::Expectations(std::vector<expect::Expectation> all, const Means &means)
    : all_(std::move(all)),
      checker_(all_, local_addresses(),
               means.tier == "bpf" ? expect::Checker::Source::events : expect::Checker::Source::looks) {}

void Expectations::begin(facts::Pid root, const std::vector<std::string> &argv, Nanos at) {
    checker_.begin(root, argv, at);
}

bool Expectations::are_about_the_end() const {
    return std::ranges::any_of(all_, expect::is_about_the_end);
}

void Expectations::judge(const expect::Ending &ending, const Teller &teller) {
    outcomes_ = checker_.judge(ending);
    for (const expect::Outcome &outcome : *outcomes_)
        if (!has_held(outcome))
            teller.status(expect::line_of(outcome));
    if (std::ranges::all_of(*outcomes_, has_held))
        teller.status(outcomes_->size() == 1 ? "the expectation held"
                                             : fmt::format("all {} expectations held", outcomes_->size()));
}

int Expectations::exit_status(int status) const {
    if (!outcomes_)
        return status;
    if (!std::ranges::all_of(*outcomes_, has_held))
        return exit_unexpected;
    const auto is_of_it = [](const auto &one) { return one.word == expect::Word::exit; };
    return std::ranges::any_of(all_, is_of_it) ? 0 : status;
}

} // namespace unwedge::session
