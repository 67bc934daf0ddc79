// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "facts/event.h"
#include "facts/ids.h"

#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace unwedge::expect {

/// An actor, as far as it is talked about.
struct Person {
    facts::Pid pid = 0;
    std::string comm;
    std::vector<std::string> argv; ///< its parent's until it execs

    /// Is it called so? By its comm, the base name of its first argument, the script or module that an
    /// interpreter runs, or that with the words that follow, as reports name actors.
    bool is_called(std::string_view pattern) const;
    /// "'worker.py child' (pid 12)"; printable.
    std::string text() const;
};

/// Who is who. Of those who have ended only the last are kept, and whom somebody holds on to.
class Roster {
  public:
    using Entry = std::shared_ptr<const Person>;

    /// The command.
    Entry begin(facts::Pid pid, std::vector<std::string> argv);
    /// Who was born or became another; null of any other event.
    Entry saw(const facts::Event &event);
    /// One without a name if it is not known: the event that told of it was lost.
    Entry of(facts::Pid pid);
    /// Of one who may have ended long ago.
    std::string text_of(facts::Pid pid) const;

  private:
    static constexpr std::size_t remembered_dead = 1024;

    void bury(facts::Pid pid);

    std::map<facts::Pid, std::shared_ptr<Person>> people_;
    std::map<facts::Pid, Entry> dead_; ///< the last of each number
    std::deque<facts::Pid> in_order_;  ///< the dead, as they died
};

} // namespace unwedge::expect
