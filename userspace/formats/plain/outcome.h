// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "recording/recording.h"
#include "util/clock.h"

#include <string>
#include <string_view>

namespace unwedge::formats {

/// What CI is to make of a run.
struct Outcome {
    enum class Kind {
        passed,
        failure, ///< it hung: what unwedge looks for
        error    ///< it did not come to a good end by itself
    };

    Kind kind = Kind::passed;
    std::string_view type; ///< "wedge", "timeout", "cut-off", "exit", "signal", "unfinished"; "" if it passed
    std::string what;      ///< in a few words, "wedged", "exited with 3"
    std::string message;   ///< one line
};

/// `last`: of the recording. A wedge that stands tells more than how the command ended, so it comes first.
Outcome outcome_of(const recording::Recording &recording, const report::Context &last);

/// That a recording was cut off, for people.
std::string cut_off_text();

/// What ran: the command line, or that of the root of the tree that was attached to; "attached tree" where
/// nothing was seen of it. No more than 1,000 columns, without pids, so that it is the same in every run.
std::string subject_of(const recording::Recording &recording, const report::Context &last);

/// For how long the tree was recorded; of a recording that was cut off, until what it holds last.
Nanos recorded_length(const recording::Recording &recording);

} // namespace unwedge::formats
