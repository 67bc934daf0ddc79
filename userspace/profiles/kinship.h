// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "facts/model.h"

#include <map>
#include <set>

namespace unwedge::profiles {

/// What kinds of channels an actor has to its parent.
struct Links {
    bool tcp = false;
    bool unix_socket = false;
    bool pipe = false;

    bool any() const { return tcp || unix_socket || pipe; }
    bool operator==(const Links &) const = default;
};

/// Who of a snapshot has a channel to its parent.
class Kinship {
  public:
    explicit Kinship(const facts::Snapshot &snapshot);

    Links links_to_parent(const facts::Actor &actor);

  private:
    const std::set<facts::EndId> &ends_of(facts::Pid pid);

    const facts::Snapshot &snapshot_;
    std::map<facts::Pid, std::set<facts::EndId>> ends_; ///< of those who were asked for
};

} // namespace unwedge::profiles
