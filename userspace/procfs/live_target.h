// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "facts/model.h"
#include "procfs/proc.h"
#include "procfs/target.h"
#include "util/time_namespace.h"

#include <map>

namespace unwedge::procfs {

/// A running process, read through /proc and process_vm_readv. It remembers what it read: make one for each
/// look at a process, use it for all its threads, then drop it. list() reads all descriptors at once; where
/// they are wanted anyhow, ask it first.
class LiveTarget final : public Target {
  public:
    /// `proc` must outlive it.
    LiveTarget(const Proc &proc, Pid pid) : proc_(proc), pid_(pid) {}

    /// Reads what all descriptors refer to, once.
    Result<void> list();
    /// Enters what only all of its descriptors tell: that it has an io_uring or an eventfd, and what its idle
    /// epoll sets have. To be asked for once all waits were decoded: sets that were read by then are not
    /// idle.
    void describe(facts::Actor &actor);
    /// The memory that it shares and that has no name, as facts::Actor::shared_memory tells it; none if it is
    /// gone.
    std::vector<std::string> shared_memory() const;
    /// Descriptor → what it refers to, of those that were read so far; nullopt: it is not open.
    const std::map<int, std::optional<std::string>> &descriptors() const { return descriptors_; }

    Result<std::size_t> read(std::uint64_t address, std::span<std::byte> into) override;
    Result<std::vector<EpollEntry>> epoll_set(int fd) override;
    std::optional<std::string> descriptor(int fd) override;
    std::optional<int> descriptor_of(std::string_view link) override;
    std::optional<int> only_descriptor_of(std::string_view link) override;
    std::optional<Timerfd> timerfd(int fd) override;
    std::optional<Pid> pidfd(int fd) override;
    bool has_thread(Pid tid) override;
    bool shares_pid_namespace() override;
    std::optional<Nanos> clock(clockid_t id) override;
    std::optional<std::string> shared_memory_at(std::uint64_t address) override;
    Nanos monotonic_ahead() override { return offsets().monotonic; }

  private:
    /// nullopt: a set could not be read.
    std::optional<std::vector<facts::Watch>> idle_watches();
    const ClockOffsets &offsets();
    Result<std::vector<EpollEntry>> read_epoll_set(int fd);
    Result<std::string> fdinfo(int fd) const;

    const Proc &proc_;
    Pid pid_;
    std::map<int, Result<std::vector<EpollEntry>>> epoll_sets_;
    std::map<int, std::optional<std::string>> descriptors_;
    std::optional<std::map<std::string, int, std::less<>>> links_; ///< link → lowest fd, once all were read
    std::optional<bool> shares_pid_namespace_;
    std::optional<ClockOffsets> offsets_; ///< of its time namespace
};

} // namespace unwedge::procfs
