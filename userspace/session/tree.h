// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "facts/event.h"
#include "facts/ids.h"

#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace unwedge::session {

/// A process of the tree as the lifecycle events tell it.
struct Member {
    facts::Pid ppid = 0;
    Nanos started{}; ///< CLOCK_MONOTONIC
    std::string comm;
    std::vector<std::string> argv; ///< its parent's until it execs
    bool forked = false;           ///< it has not exec'd yet
    bool exited = false;
    std::optional<int> status; ///< as wait(2) tells it, once exited; nullopt: not known
};

/// The traced tree, kept up to date by events. Of the ended ones only the last are remembered.
class Tree {
  public:
    static constexpr std::size_t remembered_dead = 64;

    /// The first actor, which no event announces.
    void plant(facts::Pid root, std::vector<std::string> argv, facts::Pid parent = 0, Nanos started = {});
    void apply(const facts::Event &event);

    const std::map<facts::Pid, Member> &members() const { return members_; }
    std::vector<facts::Pid> living() const;
    std::size_t seen() const { return seen_; } ///< processes since the start

  private:
    void fork(const facts::Forked &event);
    void bury(facts::Pid pid, std::optional<int> status);

    std::map<facts::Pid, Member> members_;
    std::deque<facts::Pid> dead_;
    std::size_t seen_ = 0;
};

} // namespace unwedge::session
