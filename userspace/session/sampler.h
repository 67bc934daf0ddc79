// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "diagnosis/policy.h"
#include "facts/model.h"
#include "kernel/pipes.h"
#include "kernel/tracer.h"
#include "procfs/proc.h"
#include "session/cpu_history.h"
#include "session/earlier_sockets.h"
#include "session/earlier_stalls.h"
#include "session/tree.h"

#include <optional>
#include <set>
#include <string>

namespace unwedge::session {

/// What a census found.
struct Census {
    bool any_stopped = false; ///< an actor none of whose threads can run
    bool pipe_unread = false; ///< of one between two actors
    bool pipe_stalled = false;
    std::optional<std::uint64_t>
        root_switches;             ///< how often the command's threads have come off a CPU so far
    std::optional<Nanos> root_cpu; ///< CPU time that the command has wanted so far
};

/// Makes snapshots, without names: what the kernel's iterators print, completed from /proc.
class Sampler {
  public:
    Sampler(kernel::Tracer &tracer, procfs::Proc proc, kernel::Level level, const diagnosis::Policy &policy);

    /// Everything about the tree as it is now.
    Result<facts::Snapshot> look(const Tree &tree);

    /// Some of what is looked at was there before the tracer: of what it did then nothing was counted.
    void joined_late() { earlier_.emplace(proc_); }
    /// Those of these pipes that it meets are nobody's channel: who is no actor has them, too.
    void leave_out(std::set<std::uint64_t> pipes) { pipes_left_out_ = std::move(pipes); }
    const procfs::Proc &proc() const { return proc_; }

    /// A cheap pass over all living actors: sockets that no hook has seen enter the map, CPU times are read,
    /// pipes are looked at, and it is found out whether any actor can't run. `root`: the command, if there is
    /// one.
    Result<Census> census(const Tree &tree, std::optional<facts::Pid> root);

  private:
    struct Reading;
    Result<Reading> read(facts::Pid pid, const Member &member, Nanos now) const;
    facts::Actor actor(Reading reading, Nanos now);
    Result<void> add_doings(facts::Snapshot &snapshot) const;
    void find_shared_memory(facts::Snapshot &snapshot) const;
    void date_back(EarlierStalls &stalls, facts::Snapshot &snapshot) const;

    kernel::Tracer &tracer_;
    kernel::Level level_;
    procfs::Proc proc_;
    std::set<std::string> local_addresses_;
    std::map<facts::Pid, facts::Pid> tid_by_host_tid_; ///< of the present look
    std::size_t descriptors_hidden_ = 0;               ///< processes, of the present look
    CpuHistory cpu_history_;
    kernel::Pipes pipes_;
    std::set<std::uint64_t> pipes_left_out_; ///< by inode
    /// What is known of before the tracer; nullopt if all began under it.
    struct Earlier {
        explicit Earlier(const procfs::Proc &proc) : sockets(proc) {}

        EarlierSockets sockets;
        EarlierStalls stalls;
    };
    std::optional<Earlier> earlier_;
};

} // namespace unwedge::session
