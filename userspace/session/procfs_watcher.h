// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "procfs/family.h"
#include "session/procfs_source.h"
#include "session/watcher.h"

#include <optional>

namespace unwedge::session {

/// Watches without BPF: lists the processes, and looks at the tree, again and again. Orphans of the tree must
/// become children of this process (PR_SET_CHILD_SUBREAPER), or keep their group or session, to stay known.
class ProcfsWatcher final : public Watcher {
  public:
    /// `proc`: of this process's own pid namespace.
    ProcfsWatcher(procfs::Proc proc, const WatchSettings &settings, profiles::Profiles profiles);

    Result<void> attach(const std::vector<facts::Pid> &roots) override;
    void spare(facts::Pid pid) override;
    bool is_actor(const Fd &pidfd, facts::Pid pid) const override;
    int events_fd() const override { return -1; }
    void drain_events() override;
    Means means() const override { return {"procfs", {}, {}}; }
    const procfs::Proc &proc() const override { return source_.proc(); }

  protected:
    Result<void> follow(const Fd &pidfd, facts::Pid pid) override;
    Result<facts::Snapshot> snapshot() override;
    Result<std::optional<Look>> do_what_is_due(Nanos now) override;

  private:
    ProcfsSource source_;
    procfs::Family family_;
    bool has_other_children_ = false; ///< this process: so one of unknown origin may not be the tree's
};

} // namespace unwedge::session
