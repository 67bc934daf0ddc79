// SPDX-License-Identifier: GPL-2.0-only
#include "gate/judgement.h"

#include "session/exit_status.h"
#include "util/units.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace unwedge::gate {
namespace {

std::size_t count_of(const std::vector<Attempt> &attempts, Ending ending) {
    return static_cast<std::size_t>(std::ranges::count(attempts, ending, &Attempt::ending));
}

bool is_known(const Attempt &attempt, const KnownWedges &known, std::string_view today) {
    const KnownWedge *wedge = known.find(attempt.culprits);
    return wedge && !wedge->is_expired(today);
}

} // namespace

std::string_view name(Status status) {
    switch (status) {
    case Status::pass: return "pass";
    case Status::fail: return "fail";
    case Status::hang: return "hang";
    case Status::flaky_hang: return "flaky-hang";
    case Status::flaky: return "flaky";
    case Status::known_wedge: return "known-wedge";
    case Status::skipped: return "skipped";
    case Status::interrupted: return "interrupted";
    case Status::not_run: return "not-run";
    }
    return "?";
}

Nanos Outcome::length() const {
    return std::accumulate(attempts.begin(), attempts.end(), Nanos{},
                           [](Nanos sum, const Attempt &attempt) { return sum + attempt.length; });
}

Ending meant(const Suite &suite, const Attempt &attempt, const std::string &log) {
    const bool ended = attempt.ending == Ending::passed || attempt.ending == Ending::failed;
    if (!ended || !attempt.unmet.empty())
        return attempt.ending;
    if (suite.skip_status == attempt.status || (suite.skip_output && suite.skip_output->matches(log)))
        return Ending::skipped;
    if (suite.will_fail)
        return attempt.ending == Ending::passed ? Ending::failed : Ending::passed;
    return attempt.ending;
}

bool wants_retry(const std::vector<Attempt> &attempts, const Retries &retries) {
    switch (attempts.back().ending) {
    case Ending::hung: return count_of(attempts, Ending::hung) <= retries.on_hang;
    case Ending::failed: return count_of(attempts, Ending::failed) <= retries.on_failure;
    case Ending::passed:
    case Ending::skipped:
    case Ending::broken:
    case Ending::interrupted: return false;
    }
    return false;
}

Status status_of(const Suite &suite, const std::vector<Attempt> &attempts, const KnownWedges &known,
                 std::string_view today) {
    if (suite.skip || attempts.empty())
        return Status::skipped;
    const bool has_hung = count_of(attempts, Ending::hung) > 0;
    switch (attempts.back().ending) {
    case Ending::passed:
        if (has_hung)
            return Status::flaky_hang;
        return attempts.size() > 1 ? Status::flaky : Status::pass;
    case Ending::skipped: return has_hung ? Status::flaky_hang : Status::skipped;
    case Ending::hung: {
        const bool all_known = std::ranges::all_of(attempts, [&](const Attempt &attempt) {
            return attempt.ending == Ending::hung && is_known(attempt, known, today);
        });
        return all_known ? Status::known_wedge : Status::hang;
    }
    case Ending::interrupted: return Status::interrupted;
    case Ending::failed:
    case Ending::broken: return Status::fail;
    }
    return Status::fail;
}

std::string how_it_ended(const Attempt &attempt) {
    if (!attempt.unmet.empty() && attempt.ending != Ending::hung)
        return attempt.unmet.front();
    switch (attempt.ending) {
    case Ending::passed: return "passed";
    case Ending::skipped: return "skipped";
    case Ending::interrupted: return "interrupted";
    case Ending::hung:
        return attempt.status == session::exit_hang && !attempt.summary.empty()
                   ? fmt::format("ended after {}: {}", duration_text(attempt.length), attempt.summary)
                   : fmt::format("ended by a time limit of its own after {}", duration_text(attempt.length));
    case Ending::broken:
        if (attempt.status == session::exit_not_found)
            return "its command was not found";
        if (attempt.status == session::exit_not_executable)
            return "its command can't be executed";
        if (attempt.status > session::exit_signal_base)
            return "unwedge run was " + status_text(attempt.status);
        return "unwedge run itself failed";
    case Ending::failed: return status_text(attempt.status);
    }
    return "?";
}

bool fails(Status status, const Rules &rules) {
    switch (status) {
    case Status::pass:
    case Status::skipped: return false;
    case Status::flaky_hang:
    case Status::flaky: return rules.strict;
    case Status::known_wedge: return !rules.allow_known;
    case Status::fail:
    case Status::hang:
    case Status::interrupted:
    case Status::not_run: return true;
    }
    return true;
}

std::map<Status, std::size_t> count(const std::vector<Outcome> &outcomes) {
    std::map<Status, std::size_t> counts;
    for (const Outcome &outcome : outcomes)
        ++counts[outcome.status];
    return counts;
}

std::vector<Hits> hits_of(const KnownWedges &known, const std::vector<Outcome> &outcomes) {
    std::vector<Hits> all;
    for (const KnownWedge &wedge : known.entries()) {
        Hits hits{.wedge = &wedge};
        for (const Outcome &outcome : outcomes) {
            const auto here = std::ranges::count_if(outcome.attempts, [&](const Attempt &attempt) {
                return attempt.ending == Ending::hung && known.find(attempt.culprits) == &wedge;
            });
            hits.hits += static_cast<std::size_t>(here);
            hits.attempts += here ? outcome.attempts.size() : 0;
        }
        if (hits.hits)
            all.push_back(hits);
    }
    return all;
}

} // namespace unwedge::gate
