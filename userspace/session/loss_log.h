// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "facts/model.h"
#include "util/clock.h"

#include <optional>

namespace unwedge::session {

/// What could not be seen of the tree, and until when that was so: no verdict about that time is sure.
class LossLog {
  public:
    /// All that was lost since the start, as it is known at `now`.
    void note(facts::Losses all, Nanos now);
    /// What was lost before has not been made up for by `now`.
    void still_doubtful(Nanos now) { last_ = now; }

    const facts::Losses &all() const { return all_; }
    void tell(facts::Snapshot &snapshot) const;

  private:
    facts::Losses all_;
    std::optional<Nanos> last_;
};

} // namespace unwedge::session
