// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "kernel/tracer.h"
#include "session/quiet.h"
#include "session/sampler.h"
#include "session/watcher.h"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

namespace unwedge::session {

/// Watches from the kernel: follows its events, and sweeps.
class BpfWatcher final : public Watcher {
  public:
    /// `proc`: the /proc tree of unwedge's own pid namespace. `hooks`: what reports tell of them.
    BpfWatcher(kernel::Tracer tracer, procfs::Proc proc, const WatchSettings &settings,
               profiles::Profiles profiles, std::map<std::string, std::string> hooks);

    Result<void> attach(const std::vector<facts::Pid> &roots) override;
    void spare(facts::Pid pid) override { others_.insert(pid); }
    bool is_actor(const Fd &pidfd, facts::Pid pid) const override;
    int events_fd() const override { return tracer_.events_fd(); }
    void drain_events() override;
    void count_anew() override;
    Means means() const override;
    const procfs::Proc &proc() const override { return sampler_.proc(); }
    Result<std::map<facts::Pid, facts::History>> histories() const override;
    std::uint64_t histories_evicted() const override;
    std::vector<facts::Writing> writings() const override { return tracer_.writings(); }
    std::uint64_t writes_missed() const override { return tracer_.writes_missed(); }
    std::uint64_t calls_of_others() const override { return tracer_.calls_of_others(); }

  protected:
    Result<void> follow(const Fd &pidfd, facts::Pid pid) override;
    Result<facts::Snapshot> snapshot() override;
    Result<std::optional<Look>> do_what_is_due(Nanos now) override;
    facts::Losses lost() const override { return tracer_.losses(); }

  private:
    /// Losses that leave the tree other than it is.
    struct TreeLosses {
        std::uint64_t events = 0;
        std::uint64_t actors = 0;

        bool operator==(const TreeLosses &) const = default;
    };

    bool see_losses(Nanos now);
    Result<void> make_up_for_losses(Nanos now);
    Result<bool> count_tree();
    Result<void> take_census(Nanos now);
    void see_whether_it_moves(Nanos now);
    Result<void> adapt_hooks(Nanos now);
    bool shows_something() const;

    WatchSettings settings_;
    kernel::Tracer tracer_;
    Sampler sampler_;
    std::map<std::string, std::string> hooks_;
    kernel::SweepTotals totals_;
    Census census_;
    Nanos next_census_{};
    Nanos next_look_{};
    std::set<facts::Pid> others_; ///< children of this process that are not of the tree
    TreeLosses tree_losses_;
    bool tree_is_doubtful_ = false;  ///< not all of them have been made up for,
    bool actors_are_missed_ = false; ///< nor those of actors
    Nanos next_count_{};
    std::optional<Nanos> last_suspicion_;
    Quiet quiet_;   ///< the command has not run,
    Quiet idle_;    ///< or done nothing but tick
    Fd root_pidfd_; ///< of the command, if there is one
    facts::CpuReading root_cpu_;
    std::uint64_t root_busy_ = 0; ///< censuses that saw it use its CPU
    std::uint64_t last_deed_ = 0; ///< of the command, by its number
    Nanos next_history_{};        ///< when its records are read again, which costs more the more there are
};

} // namespace unwedge::session
