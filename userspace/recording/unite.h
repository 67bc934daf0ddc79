// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "recording/hosts.h"
#include "recording/join.h"
#include "recording/recording.h"
#include "recording/rounds.h"

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace unwedge::recording {

/// Makes one look of what several saw. To be asked for one round after the other.
class Union {
  public:
    /// `meta`: of the merged recording. `recordings`: on one clock, with numbers of their own; what a look of
    /// them saw is taken from it.
    Union(const Meta &meta, const Hosts &hosts, std::vector<Recording> &recordings);

    /// Not diagnosed yet. Each part of it is as old as its own look.
    Look look_of(const Round &round, const std::vector<Joint> &joined);

  private:
    /// What a recording could not see, as far as is known by now.
    struct Blindness {
        facts::Losses losses;
        std::optional<Nanos> last_loss;
        std::vector<std::string> hidden;
    };

    void add(std::size_t recording, facts::Snapshot part, facts::Snapshot &all);
    std::optional<Nanos> counted_since(const Round &round) const;
    void add_blindness(facts::Snapshot &all) const;

    const Meta &meta_;
    const Hosts &hosts_;
    std::vector<Recording> &recordings_;
    std::map<std::size_t, Blindness> blindness_; ///< by recording
};

} // namespace unwedge::recording
