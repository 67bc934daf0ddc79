// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "feed.h"
#include "procfs/target.h"

#include <map>
#include <string>
#include <vector>

namespace unwedge::fuzz {

/// A process that is what the input wants it to be. It ends the program when it is asked for more than any
/// system call can need.
class FuzzedTarget final : public procfs::Target {
  public:
    /// Where its memory begins.
    static constexpr std::uint64_t base = 0x1000;
    /// First byte of an input whose memory is repeated without end.
    static constexpr char endless = 1;

    /// Takes a form byte, descriptors up to a zero byte, and all else as memory.
    explicit FuzzedTarget(Feed &feed);

    /// In all its epoll sets.
    std::size_t registrations() const;

    Result<std::size_t> read(std::uint64_t address, std::span<std::byte> into) override;
    Result<std::vector<procfs::EpollEntry>> epoll_set(int fd) override;
    std::optional<std::string> descriptor(int fd) override;
    std::optional<int> descriptor_of(std::string_view link) override;
    std::optional<int> only_descriptor_of(std::string_view link) override;
    std::optional<procfs::Timerfd> timerfd(int fd) override;
    std::optional<facts::Pid> pidfd(int fd) override;
    bool has_thread(facts::Pid tid) override;
    std::optional<std::string> shared_memory_at(std::uint64_t address) override;
    bool shares_pid_namespace() override;
    std::optional<Nanos> clock(clockid_t id) override;

  private:
    struct Descriptor {
        std::string link;
        std::vector<procfs::EpollEntry> entries;
        procfs::Timerfd timer;
        facts::Pid process = 0;
    };

    static Descriptor descriptor_from(Feed &feed);
    const Descriptor *find(int fd) const;

    unsigned char form_;
    std::map<int, Descriptor> descriptors_;
    std::string memory_;
};

} // namespace unwedge::fuzz
