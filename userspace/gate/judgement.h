// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "gate/attempt.h"
#include "gate/known.h"
#include "gate/suite.h"

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace unwedge::gate {

/// What became of a suite.
enum class Status {
    pass,
    fail,        ///< also if it could not be run
    hang,        ///< each try hung
    flaky_hang,  ///< it hung, then passed
    flaky,       ///< it failed, then passed: only where failures are retried
    known_wedge, ///< as hang, and each time by a wedge that is known and whose entry holds
    skipped,
    interrupted, ///< while it ran
    not_run,     ///< the gate was interrupted before
};

std::string_view name(Status status); ///< "pass", "flaky-hang"

struct Retries {
    unsigned on_hang = 1;
    unsigned on_failure = 0;
};

/// A suite and how it went.
struct Outcome {
    const Suite *suite = nullptr;
    Status status = Status::not_run;
    std::vector<Attempt> attempts;
    std::string why; ///< of one that was skipped

    Nanos length() const; ///< of all attempts
};

/// How an attempt ended as its suite means it: `log` is what it printed,
/// where Suite::skip_output asks for that.
Ending meant(const Suite &suite, const Attempt &attempt, const std::string &log);

/// Is there to be another attempt? `attempts`: not empty.
bool wants_retry(const std::vector<Attempt> &attempts, const Retries &retries);

/// `attempts`: all there will be, none if it was skipped for Suite::skip. Says nothing of interruption.
Status status_of(const Suite &suite, const std::vector<Attempt> &attempts, const KnownWedges &known,
                 std::string_view today);

/// How one attempt ended, in a few words: "exit status 3", "ended by SIGSEGV", the summary of a hang.
std::string how_it_ended(const Attempt &attempt);

/// What decides the exit status.
struct Rules {
    bool strict = false;      ///< what is flaky fails
    bool allow_known = false; ///< a known wedge does not fail
};

/// Does this make the whole gate fail?
bool fails(Status status, const Rules &rules);

/// How many suites there are of each status that occurs, in the order of the enum.
std::map<Status, std::size_t> count(const std::vector<Outcome> &outcomes);

/// How often a known wedge was met.
struct Hits {
    const KnownWedge *wedge = nullptr;
    std::size_t hits = 0;     ///< attempts that it ended
    std::size_t attempts = 0; ///< of the suites that it was met in
};

/// Of those that were met.
std::vector<Hits> hits_of(const KnownWedges &known, const std::vector<Outcome> &outcomes);

} // namespace unwedge::gate
