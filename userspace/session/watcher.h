// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "diagnosis/casebook.h"
#include "facts/history.h"
#include "kernel/tracer.h"
#include "procfs/proc.h"
#include "profiles/namer.h"
#include "session/look.h"
#include "session/loss_log.h"
#include "session/tree.h"
#include "session/witness.h"
#include "util/fd.h"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace unwedge::session {

struct WatchSettings {
    kernel::Level level = kernel::Level::trace;
    diagnosis::Policy policy;
    Nanos every = std::chrono::milliseconds(100); ///< sweep interval
    std::uint32_t ring_size = kernel::Settings().ring_size;
    std::uint32_t history = 256;            ///< what is kept of each actor's doings: up to 65,536 records
    std::uint32_t history_memory = 4 << 20; ///< bytes for all actors together; see flight_size()
    kernel::HookWishes hooks;               ///< what the user chose of the hook plan
    bool no_bpf = false;                    ///< watch from /proc alone
    facts::CallsWanted calls;               ///< what witnesses want to be told beside the tree's life
    std::optional<std::string> needs_bpf;   ///< what can't be done without it, for people; nullopt: all can
};

/// By what a tree is watched, for reports.
struct Means {
    std::string tier;                         ///< "bpf", "procfs"
    std::optional<std::string> level;         ///< null at tier procfs
    std::map<std::string, std::string> hooks; ///< hook → mechanism; empty at tier procfs
};

/// Watches a tree of processes: knows who belongs to it, and looks closer as soon as something is suspected.
/// How it sees is up to who derives from it.
class Watcher {
  public:
    /// `profiles`: by which actors are named.
    Watcher(const diagnosis::Policy &policy, profiles::Profiles profiles)
        : suspects_at_once_(policy.suspects_at_once), casebook_(policy), namer_(std::move(profiles)) {}
    Watcher(const Watcher &) = delete;
    Watcher &operator=(const Watcher &) = delete;
    virtual ~Watcher() = default;

    /// Makes the process of `pidfd`, which must have one thread, the first actor; its descendants follow.
    /// It is the command, which is expected to end.
    Result<void> adopt(const Fd &pidfd, facts::Pid pid);
    /// Makes `roots`, which run already, and all that comes from them actors; those that have ended, and
    /// kernel threads, are left out.
    virtual Result<void> attach(const std::vector<facts::Pid> &roots) = 0;
    /// A child of this process, and all that comes from it, is no actor.
    virtual void spare(facts::Pid pid) = 0;
    /// Is the process of `pidfd`, whose number is `pid`, one of the tree?
    virtual bool is_actor(const Fd &pidfd, facts::Pid pid) const = 0;

    /// Readable when there is something to drain; -1 if only time tells.
    virtual int events_fd() const = 0;
    /// Brings the tree up to date.
    virtual void drain_events() = 0;
    /// The same, whatever it costs, where what told of the tree was lost.
    virtual void count_anew() { drain_events(); }
    /// Does what is due at `now`, for a tree that is up to date. A Look if one was taken. What there was no
    /// descriptor or no memory for is counted as a loss, and tried again soon.
    Result<std::optional<Look>> tick(Nanos now);

    /// Takes a look, at a tree that is up to date, whether or not one is due. An Error of want of descriptors
    /// or memory (is_shortage()) is counted as a loss, and the next look may be had.
    Result<Look> look(diagnosis::Outlook outlook);
    /// The last look of all, at a tree whose command has ended: what stood has ended with it.
    Result<Look> look_at_the_end();
    /// In place of a look that was not to be had: nothing but what has been lost.
    Look no_look();

    /// What each process did last, be it alive or not; empty where nothing is kept of that.
    virtual Result<std::map<facts::Pid, facts::History>> histories() const {
        return std::map<facts::Pid, facts::History>();
    }
    /// How many histories of processes had to give room to others'.
    virtual std::uint64_t histories_evicted() const { return 0; }
    /// How the actors wrote their lines, where a witness wants that; see WatchSettings::calls.
    virtual std::vector<facts::Writing> writings() const { return {}; }
    virtual std::uint64_t writes_missed() const { return 0; }
    /// Calls on sockets that were made by 32-bit code, and that were not understood.
    virtual std::uint64_t calls_of_others() const { return 0; }
    /// `witness`, which outlives this, is told all that comes from now on.
    void tell(Witness &witness) { witnesses_.push_back(&witness); }

    /// Who is found stopped is asked of: `held(pid, since)` tells whether we ourselves had stopped him, be it
    /// by another process of ours, at any time since then. He is told as who could run then, for so he would
    /// be without us.
    void excuse(std::function<bool(facts::Pid, Nanos)> held) { held_by_us_ = std::move(held); }

    virtual Means means() const = 0;
    /// The tree of processes that facts are completed from.
    virtual const procfs::Proc &proc() const = 0;
    Nanos next_tick() const { return next_tick_; } ///< CLOCK_MONOTONIC
    std::optional<Nanos> last_look() const { return last_look_; }
    Tree &tree() { return tree_; }
    const Tree &tree() const { return tree_; }

  protected:
    /// As adopt().
    virtual Result<void> follow(const Fd &pidfd, facts::Pid pid) = 0;
    /// Everything about the tree as it is now, without names and losses.
    virtual Result<facts::Snapshot> snapshot() = 0;
    /// What a tick does once it is due. Sets the next one.
    virtual Result<std::optional<Look>> do_what_is_due(Nanos now) = 0;
    /// What the kernel has counted as lost since the start.
    virtual facts::Losses lost() const { return {}; }
    /// Why a look is taken.
    enum class Cause {
        reason, ///< something showed, or was asked for
        quiet,  ///< nothing did: what is not suspected at it is forgotten at once
        end     ///< the command has ended
    };
    /// As look(), for a tick.
    Result<Look> take_look(diagnosis::Outlook outlook, Cause cause = Cause::reason);
    /// An event of the tree.
    void take(const facts::Event &event);
    void take(const facts::Call &call) const;
    void note_losses(Nanos now);
    /// What was due at `now` found no descriptor or no memory.
    void note_failed_look(Nanos now);
    /// Something is suspected or stands, or is to be looked for as closely from the start.
    bool suspects() const { return suspects_at_once_ || casebook_.is_open(); }
    /// What a sweep at `at` has counted of so many living actors' ends.
    void tell(Nanos at, std::size_t living, const kernel::SweepTotals &totals) const;
    /// To be called when no look is due at `now`: the memory that looks took is given back once that was so
    /// for a while.
    void rest(Nanos now);

    Tree tree_;
    std::optional<facts::Pid> root_;    ///< the command
    std::set<std::uint64_t> inherited_; ///< inodes of the channels that it shares with whoever began it
    LossLog losses_;
    Nanos next_tick_{};
    std::optional<Nanos> last_look_;

  private:
    Result<Look> with_failure_noted(Result<Look> taken);
    void excuse_the_held(facts::Snapshot &seen, Nanos since) const;

    bool suspects_at_once_;
    bool rests_ = true;
    bool rested_ = false;                               ///< since the last look
    std::function<bool(facts::Pid, Nanos)> held_by_us_; ///< empty: nobody is

    std::vector<Witness *> witnesses_;
    std::uint64_t failed_looks_ = 0;
    diagnosis::Casebook casebook_;
    profiles::Namer namer_;
};

} // namespace unwedge::session
