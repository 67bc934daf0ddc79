// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "gate/past_runs.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What runs of a baseline and of a change, side 0 and side 1, prove. Pure; docs/compare.md tells the rule.
namespace unwedge::gate {

constexpr std::size_t base_side = 0;
constexpr std::size_t change_side = 1;

/// How probable it is at most that a regression is seen where there is none.
constexpr double false_alarm = 0.05;
/// With which probability the runs that are asked for would show what is there.
constexpr double wanted_power = 0.8;
/// More runs than that are not asked for.
constexpr std::size_t most_wanted_runs = 2000;

enum class Finding {
    regression,    ///< the change does something bad more often
    pre_existing,  ///< all that the change does wrong the baseline has been seen to do
    no_regression, ///< nothing bad at the change, in enough runs
    no_evidence,   ///< too few runs to tell
    cannot_run,    ///< the baseline can't be run
};

std::string_view name(Finding finding); ///< as in the JSON

/// One way not to pass, and how often each side took it.
struct Failing {
    std::string what;        ///< "hang 9f0c...", "hang", "exit status 1", "fails or hangs": printable
    std::string fingerprint; ///< empty: it is no hang, or nobody is blamed for it
    Share base;
    Share change;
    double p = 1; ///< p_more()
};

struct Comparison {
    Finding finding = Finding::no_evidence;
    std::vector<Failing> failings; ///< the first is any of them
    double alpha = false_alarm;    ///< a p up to this proves, as so many questions are asked
    /// For no_evidence, and for pre_existing: the one of `failings` of which it is not known whether the
    /// change does it more often; nullopt: there is none, or `more_runs` is known already.
    std::optional<std::size_t> open;
    std::optional<std::size_t>
        more_runs;   ///< per side, about; nullopt: not known, or more than can be asked for
    std::string why; ///< one sentence, printable
};

/// All but what `open` asks for. `detect`: the rate, 0 to 1, that a change may not have unnoticed; see
/// Finding::no_regression.
Comparison conclude(const std::vector<PastRun> &runs, double detect, const KnownWedges &known);

/// The same, and how many more runs would answer what is open; that takes up to a second.
Comparison compare_sides(const std::vector<PastRun> &runs, double detect, const KnownWedges &known);

} // namespace unwedge::gate
