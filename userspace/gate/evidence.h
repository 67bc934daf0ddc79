// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "gate/attempt.h"
#include "report/text.h"
#include "session/identity.h"

#include <cstddef>
#include <optional>
#include <string>

namespace unwedge::gate {

/// What an attempt left for people. Its files belong to the user, and are read with his rights.
class Evidence {
  public:
    explicit Evidence(std::optional<session::Identity> reader) : reader_(std::move(reader)) {}

    /// The last `most` bytes of what it printed, from the begin of a line on, without what steers a terminal.
    std::string log(const Attempt &attempt, std::size_t most) const;
    /// The last lines of these.
    std::string last_lines(const Attempt &attempt, std::size_t lines) const;
    /// The report of a hang; empty if no recording was kept.
    std::string report(const Attempt &attempt, const report::Style &style) const;

  private:
    std::optional<session::Identity> reader_;
};

} // namespace unwedge::gate
