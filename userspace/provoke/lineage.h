// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "facts/ids.h"

#include <map>
#include <string>

namespace unwedge::provoke {

/// Tells processes apart by what a second run has as well, which is not their pid: "1" is the command, "1.2"
/// its second child, and so on. Children of different parents may race; those of one come in an order.
class Lineage {
  public:
    static constexpr std::size_t longest = 39; ///< what were longer is told by a hash

    /// The name of a process that has appeared; of each once, parents first. A parent that is not known has
    /// the name "0".
    std::string add(facts::Pid pid, facts::Pid parent);
    /// It is no parent any more.
    void forget(facts::Pid pid) { known_.erase(pid); }

  private:
    struct Parent {
        std::string name;
        int children = 0;
    };

    std::map<facts::Pid, Parent> known_;
    Parent unknown_{.name = "0"};
};

} // namespace unwedge::provoke
