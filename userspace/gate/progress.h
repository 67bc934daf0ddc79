// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "gate/evidence.h"
#include "gate/results.h"
#include "report/text.h"
#include "util/clock.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace unwedge::gate {

/// What people see on stderr while a gate runs: a line for each attempt, what is needed to understand a bad
/// one, and on a terminal one more line for what runs now.
class Progress {
  public:
    /// `suites`: how many there are. `live`: stderr is a terminal, and the suites don't write to it.
    Progress(std::size_t suites, bool live, const report::Style &style, const Evidence &evidence)
        : suites_(suites), live_(live), style_(style), evidence_(evidence) {}

    void says(std::string_view text); ///< a line of its own
    void started(const std::string &suite, Nanos now);
    void tick(Nanos now);
    /// `outcome`: with the attempt as its last one; its status is that of the suite unless `retries`.
    void ended(const Outcome &outcome, bool retries);
    void skipped(const Outcome &outcome);
    void end(const Results &results);

  private:
    void line(std::string_view word, Nanos length, std::string_view text);
    void clear();
    std::string coloured(std::string_view word) const;

    std::size_t suites_;
    bool live_;
    report::Style style_;
    const Evidence &evidence_;
    std::size_t done_ = 0;
    std::string running_;
    Nanos running_since_{};
    bool shown_ = false; ///< the line of what runs is on the screen
};

} // namespace unwedge::gate
