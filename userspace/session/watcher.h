// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "diagnosis/casebook.h"
#include "kernel/tracer.h"
#include "session/sampler.h"
#include "session/tree.h"

#include <memory>
#include <optional>

namespace unwedge::session {

struct WatchSettings {
    kernel::Level level = kernel::Level::trace;
    diagnosis::Policy policy;
    Nanos every = std::chrono::milliseconds(100); ///< sweep interval
};

/// One look at the tree and what follows from it and all looks before.
struct Look {
    facts::Snapshot snapshot;
    diagnosis::Diagnosis diagnosis;
};

/// Watches a traced tree: follows its events, sweeps, and looks closer as soon as something is suspected.
class Watcher {
  public:
    /// `proc`: the /proc tree of unwedge's own pid namespace. `profiles`: by which actors are named.
    Watcher(kernel::Tracer tracer, procfs::Proc proc, const WatchSettings &settings,
            profiles::Profiles profiles);

    /// Brings the tree up to date with the events that wait.
    void drain_events();
    /// Does what is due at `now`. A Look if one was taken.
    Result<std::optional<Look>> tick(Nanos now);
    /// Takes a look whether or not one is due; `last`: the run is over its time limit.
    Result<Look> look(bool last);
    /// The diagnosis of a tree whose command has ended.
    diagnosis::Diagnosis finish(Nanos now) { return casebook_.finish(now); }

    Nanos next_tick() const { return next_sweep_; } ///< CLOCK_MONOTONIC
    std::optional<Nanos> last_look() const { return last_look_; }
    kernel::Tracer &tracer() { return *tracer_; }
    const kernel::Tracer &tracer() const { return *tracer_; }
    Tree &tree() { return tree_; }
    const Tree &tree() const { return tree_; }

  private:
    Result<void> take_census(Nanos now);
    Result<void> adapt_hooks(Nanos now);
    bool look_is_due(Nanos now) const;

    WatchSettings settings_;
    std::unique_ptr<kernel::Tracer> tracer_; ///< its address is the sampler's
    Tree tree_;
    Sampler sampler_;
    diagnosis::Casebook casebook_;
    kernel::SweepTotals totals_;
    Census census_;
    Nanos next_sweep_{};
    Nanos next_census_{};
    std::optional<Nanos> last_look_;
    std::optional<Nanos> last_suspicion_;
};

} // namespace unwedge::session
