// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "kernel/tracer.h"
#include "procfs/process_table.h"
#include "session/sampler.h"
#include "session/watcher.h"

#include <map>
#include <optional>
#include <string>

namespace unwedge::session {

/// Watches from the kernel: follows its events, and sweeps.
class BpfWatcher final : public Watcher {
  public:
    /// `proc`: the /proc tree of unwedge's own pid namespace. `hooks`: what reports tell of them.
    BpfWatcher(kernel::Tracer tracer, procfs::Proc proc, const WatchSettings &settings,
               profiles::Profiles profiles, std::map<std::string, std::string> hooks);

    Result<void> adopt(const Fd &pidfd, facts::Pid pid) override;
    Result<void> attach(const std::vector<facts::Pid> &roots) override;
    /// The kernel follows forks, and nobody else's.
    void spare(facts::Pid) override {}
    bool is_actor(const Fd &pidfd, facts::Pid pid) const override;
    int events_fd() const override { return tracer_.events_fd(); }
    void drain_events() override;
    Result<std::optional<Look>> tick(Nanos now) override;
    Means means() const override;

  protected:
    Result<facts::Snapshot> snapshot() override;

  private:
    void make_up_for_losses(Nanos now);
    bool enter_the_untold(const procfs::ProcessTable &table);
    bool bury_the_gone();
    Result<void> take_census(Nanos now);
    Result<void> adapt_hooks(Nanos now);
    bool look_is_due(Nanos now) const;

    WatchSettings settings_;
    kernel::Tracer tracer_;
    Sampler sampler_;
    std::map<std::string, std::string> hooks_;
    kernel::SweepTotals totals_;
    Census census_;
    Nanos next_census_{};
    bool tree_is_doubtful_ = false; ///< events were lost that tell of it
    std::optional<Nanos> last_suspicion_;
};

} // namespace unwedge::session
