// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "gate/past_runs.h"
#include "util/clock.h"

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace unwedge::gate {

/// Shows on stderr how runs go: on a terminal a bar for each, which grows while it runs; elsewhere a plain
/// line for each that has ended.
class RunLines {
  public:
    /// `planned`: how many there will be, nullopt: not known. `sides`: what those that are compared are
    /// called; empty if nothing is. `timeout`: of each.
    RunLines(std::optional<std::size_t> planned, std::vector<std::string> sides, Nanos timeout);

    void started(std::size_t number, std::size_t side, Nanos now);
    /// `reason`: why it did not pass, printable.
    void finished(const PastRun &run, const std::string &reason);
    void tick(Nanos now) const;
    Nanos every() const; ///< how often tick() is wanted

  private:
    struct Running {
        std::size_t side;
        Nanos began;
    };

    std::string bar_line(std::size_t number, std::size_t side, std::string_view word, Nanos length,
                         std::string_view note) const;
    std::string plain_line(const PastRun &run, const std::string &reason) const;

    bool on_terminal_;
    bool colour_;
    std::size_t width_;
    std::optional<std::size_t> planned_;
    std::vector<std::string> sides_;
    Nanos timeout_;
    std::optional<Nanos> scale_; ///< how long a full bar stands for
    std::map<std::size_t, Running> running_;
};

} // namespace unwedge::gate
