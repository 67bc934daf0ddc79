// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "gate/attempt.h"
#include "gate/known.h"
#include "gate/statistics.h"
#include "util/clock.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// What is known of runs that have ended.
namespace unwedge::gate {

/// One of the runs of a command that is run again and again.
struct PastRun {
    std::size_t number = 0;            ///< from 1 on, as they began
    std::size_t side = 0;              ///< of those that are compared
    std::optional<std::uint64_t> seed; ///< of what provoked it
    Attempt attempt;
};

/// How they ended.
struct Counts {
    std::size_t passed = 0;
    std::size_t failed = 0;
    std::size_t hung = 0;
    std::size_t broken = 0;      ///< prove nothing of the command
    std::size_t interrupted = 0; ///< nor do these

    std::size_t runs() const { return passed + failed + hung; }
    Share bad() const { return {failed + hung, runs()}; }
    Share hangs() const { return {hung, runs()}; }
};

Counts count(const std::vector<PastRun> &runs);

/// Those of one side.
std::vector<PastRun> of_side(const std::vector<PastRun> &runs, std::size_t side);

/// One kind of hang.
struct MetHang {
    std::optional<Culprit> culprit;   ///< the worst of them; nullopt: none was found
    std::vector<std::size_t> numbers; ///< of the runs that hung so
};

/// The most frequent first.
std::vector<MetHang> hangs_of(const std::vector<PastRun> &runs);

/// How long those took that ended so.
struct Lengths {
    std::size_t count = 0;
    Nanos least{};
    Nanos median{};
    Nanos most{};
};

Lengths lengths_of(const std::vector<PastRun> &runs, Ending ending);

/// Why it did not pass, in a few words, printable: "exit status 1", "stopped_consuming by child [9f0c...]";
/// for a known wedge also what people call it. Empty where it passed.
std::string reason_of(const Attempt &attempt, const KnownWedges &known);

/// "stopped_consuming by child [9f0c...]", printable.
std::string culprit_text(const Culprit &culprit, const KnownWedges &known);

} // namespace unwedge::gate
