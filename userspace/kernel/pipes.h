// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "abi.h"
#include "core/stall.h"
#include "facts/model.h"

#include <map>
#include <set>
#include <vector>

namespace unwedge::kernel {

/// The pipes of the tree. The kernel has no place to keep what a pipe was like at the last sweep, so it is
/// kept here; the state machine is the one that sockets have. All times are to the precision of the passes.
class Pipes {
  public:
    /// `stall_after`, `longest_gap`: as for the sweep of sockets.
    Pipes(Nanos stall_after, Nanos longest_gap) : stall_after_(stall_after), longest_gap_(longest_gap) {}

    /// Begins a pass over all actors as of `now`.
    void begin(Nanos now);
    /// One descriptor of this pass; it must be a pipe's. Returns the ends that it refers to: of a FIFO that
    /// is open for both they are two.
    std::vector<facts::EndId> see(const uw_hold_record &hold);
    /// Ends the pass: what was not seen in it is forgotten.
    void end();

    bool any_unread() const;
    bool any_stalled() const;
    /// Both ends of each pipe through which one actor can hear of another.
    std::vector<facts::End> ends() const;

  private:
    struct Pipe {
        facts::EndId reading = 0; ///< the id of the end that is read; the next one is the other's
        std::uint64_t inode = 0;
        uw_stall stall{};
        bool taken = false;
        Nanos last_receive{};
        Nanos last_send{};
        Nanos seen{};
        std::set<__u32> readers; ///< who has it open, in the latest pass
        std::set<__u32> writers;

        bool connects() const;
    };

    facts::EndId next_id_ = facts::first_pipe;
    Nanos stall_after_;
    Nanos longest_gap_;
    Nanos now_{};
    std::map<std::uint64_t, Pipe> pipes_;
};

} // namespace unwedge::kernel
