// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "facts/model.h"

#include <map>
#include <set>

namespace unwedge::profiles {

/// How an actor is connected with its parent.
enum class Link { none, tcp, unix_socket };

/// Who of a snapshot has a channel to its parent.
class Kinship {
  public:
    explicit Kinship(const facts::Snapshot &snapshot);

    Link link_to_parent(const facts::Actor &actor);

  private:
    const std::set<facts::EndId> &ends_of(facts::Pid pid);

    const facts::Snapshot &snapshot_;
    std::map<facts::Pid, std::set<facts::EndId>> ends_; ///< of those who were asked for
};

} // namespace unwedge::profiles
