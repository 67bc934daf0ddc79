// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "diagnosis/casebook.h"
#include "kernel/tracer.h"
#include "profiles/namer.h"
#include "session/tree.h"
#include "util/fd.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace unwedge::session {

struct WatchSettings {
    kernel::Level level = kernel::Level::trace;
    diagnosis::Policy policy;
    Nanos every = std::chrono::milliseconds(100); ///< sweep interval
    kernel::HookWishes hooks;                     ///< what the user chose of the hook plan
    bool no_bpf = false;                          ///< watch from /proc alone
};

/// One look at the tree and what follows from it and all looks before.
struct Look {
    facts::Snapshot snapshot;
    diagnosis::Diagnosis diagnosis;
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
    virtual Result<void> adopt(const Fd &pidfd, facts::Pid pid) = 0;
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
    /// Does what is due at `now`, for a tree that is up to date. A Look if one was taken.
    virtual Result<std::optional<Look>> tick(Nanos now) = 0;

    /// Takes a look, at a tree that is up to date, whether or not one is due.
    Result<Look> look(diagnosis::Outlook outlook);
    /// The diagnosis of a tree whose command has ended.
    diagnosis::Diagnosis finish(Nanos now) { return casebook_.finish(now); }

    virtual Means means() const = 0;
    Nanos next_tick() const { return next_tick_; } ///< CLOCK_MONOTONIC
    std::optional<Nanos> last_look() const { return last_look_; }
    Tree &tree() { return tree_; }
    const Tree &tree() const { return tree_; }

  protected:
    /// Everything about the tree as it is now, without names.
    virtual Result<facts::Snapshot> snapshot() = 0;
    /// Something is suspected or stands, or is to be looked for as closely from the start.
    bool suspects() const { return suspects_at_once_ || casebook_.is_open(); }
    /// To be called when no look is due at `now`: the memory that looks took is given back once that was so
    /// for a while.
    void rest(Nanos now);

    Tree tree_;
    Nanos next_tick_{};
    std::optional<Nanos> last_look_;

  private:
    bool suspects_at_once_;
    bool rests_ = true;
    diagnosis::Casebook casebook_;
    profiles::Namer namer_;
};

} // namespace unwedge::session
