// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "facts/model.h"
#include "util/clock.h"

#include <functional>
#include <map>
#include <optional>

namespace unwedge::session {

/// Since when nobody of a process has run; nullopt where that is not known.
using IdleSince = std::function<std::optional<Nanos>(const facts::Actor &)>;

/// Dates stalls back to before they were first seen: a queue whose readers have slept since, and into which
/// nothing has come since, is as it was then.
class EarlierStalls {
  public:
    /// Of all ends of a look, which must name their holders. `idle_since` is asked for those of new stalls
    /// only.
    void date_back(facts::Snapshot &snapshot, const IdleSince &idle_since);

  private:
    struct Stall {
        Nanos seen_since{}; ///< as the source tells it: another value is another stall
        Nanos since{};
    };

    std::map<facts::EndId, Stall> stalls_;
};

} // namespace unwedge::session
