// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "diagnosis/policy.h"
#include "facts/model.h"
#include "procfs/live_target.h"
#include "procfs/process_table.h"
#include "procfs/sched.h"
#include "procfs/thread_facts.h"
#include "session/cpu_history.h"
#include "session/earlier_stalls.h"
#include "session/socket_tables.h"
#include "session/standstill.h"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace unwedge::session {

/// Makes snapshots without BPF: from /proc and sock_diag, as far as the caller's rights go. What it may not
/// see it names in Snapshot::hidden and leaves unknown.
///
/// No hook tells what happens between two looks. That nothing was consumed is told by TCP's own counters; of
/// UNIX sockets and pipes by their length, if in between either those who read or those who write did not
/// run.
class ProcfsSource {
  public:
    /// `proc`: of this process's own pid namespace. `longest_gap`: two looks farther apart prove nothing
    /// about the time between.
    ProcfsSource(procfs::Proc proc, const diagnosis::Policy &policy, Nanos longest_gap);
    ProcfsSource(const ProcfsSource &) = delete;
    ProcfsSource &operator=(const ProcfsSource &) = delete;

    /// All about the processes `pids` as they are now; those that have ended meanwhile, and kernel threads,
    /// are left out.
    Result<facts::Snapshot> look(const std::set<facts::Pid> &pids);

    const procfs::Proc &proc() const { return proc_; }

  private:
    /// When a thread last ran.
    struct Turn {
        std::uint64_t turns = 0;           ///< how often it came onto a CPU
        std::optional<Nanos> asleep_since; ///< CLOCK_MONOTONIC, at the latest; nullopt: it runs, or not known
    };
    /// When a process did.
    struct Activity {
        Nanos started{};
        std::map<facts::Pid, Turn> threads;
        bool known = true;  ///< false: turns of a thread could not be read
        bool slept = false; ///< all of it, since the last look

        std::optional<Nanos> idle_since() const;
    };
    struct PipeSide {
        std::uint64_t inode = 0;
        facts::Pid pid = 0;
        int fd = -1;
        bool writes = false;
    };
    using Key =
        std::pair<std::uint64_t, std::uint64_t>; ///< network namespace and cookie; 0 and a pipe's inode
    /// One look in the making.
    struct Look;

    std::optional<facts::Actor> actor(facts::Pid pid, Look &look);
    void add_threads(facts::Actor &actor, const procfs::Stat &stat, procfs::LiveTarget &target, Look &look);
    void add_holds(const facts::Actor &actor, procfs::LiveTarget &target, Look &look);
    std::optional<Nanos> asleep_since(const facts::Actor &actor, const procfs::ThreadSight &sight,
                                      Nanos now) const;
    void note_activity(const facts::Actor &actor, Activity activity);
    void add_sockets(Look &look);
    void add_pipes(Look &look);
    void add_standstill(Look &look);
    facts::EndId id_of(const Key &key, Nanos now);
    bool all_slept(const std::vector<facts::Pid> &pids) const;
    void forget(const Look &look);

    procfs::Proc proc_;
    procfs::SleepClock sleep_clock_;
    std::set<std::string> local_addresses_;
    bool first_look_ = true;
    SocketTables tables_;
    std::map<facts::Pid, Activity> activities_;
    CpuHistory cpu_history_;
    Standstill standstill_;
    EarlierStalls earlier_stalls_;
    std::map<facts::EndId, Nanos> closed_since_;
    std::map<facts::EndId, std::set<facts::EndId>> queued_; ///< listener → who waited at the last look
    struct GivenId {
        facts::EndId id = 0;
        Nanos seen{};
    };
    std::map<Key, GivenId> ids_;
    facts::EndId next_id_ = 1;
};

} // namespace unwedge::session
