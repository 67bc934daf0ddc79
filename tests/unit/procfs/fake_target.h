// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "procfs/target.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>
#include <set>

namespace unwedge::procfs {

/// A process made of what a test says it is.
class FakeTarget final : public Target {
  public:
    std::map<std::uint64_t, std::vector<std::byte>> memory; ///< mappings by address
    std::map<int, std::vector<EpollEntry>> sets;
    std::map<int, std::string> links;
    std::map<int, Timerfd> timers;
    std::map<int, facts::Pid> pidfds;
    std::set<facts::Pid> threads;
    std::map<clockid_t, Nanos> clocks;
    bool same_pid_namespace = true;
    std::map<std::uint64_t, std::string> shared_memory; ///< by address; elsewhere its own

    /// Maps `objects` at `address`.
    template <typename T>
    void put(std::uint64_t address, const std::vector<T> &objects) {
        const auto bytes = std::as_bytes(std::span(objects));
        memory[address].assign(bytes.begin(), bytes.end());
    }

    /// Makes `fd` an epoll descriptor.
    void put_set(int fd, std::vector<EpollEntry> entries) {
        links[fd] = "anon_inode:[eventpoll]";
        sets[fd] = std::move(entries);
    }

    void put_timer(int fd, Timerfd timer) {
        links[fd] = "anon_inode:[timerfd]";
        timers[fd] = timer;
    }

    Result<std::size_t> read(std::uint64_t address, std::span<std::byte> into) override {
        if (into.empty())
            return std::size_t{0};
        const auto after = memory.upper_bound(address);
        if (after == memory.begin())
            return errno_error("read", EFAULT);
        const auto &[start, bytes] = *std::prev(after);
        const std::uint64_t offset = address - start;
        if (offset >= bytes.size())
            return errno_error("read", EFAULT);
        const std::size_t size = std::min(into.size(), bytes.size() - static_cast<std::size_t>(offset));
        std::memcpy(into.data(), bytes.data() + offset, size);
        return size;
    }

    Result<std::vector<EpollEntry>> epoll_set(int fd) override {
        const auto found = sets.find(fd);
        if (found == sets.end())
            return errno_error("read", EACCES);
        return found->second;
    }

    std::optional<std::string> descriptor(int fd) override { return find(links, fd); }

    std::optional<int> descriptor_of(std::string_view link) override {
        for (const auto &[fd, target] : links)
            if (target == link)
                return fd;
        return std::nullopt;
    }

    std::optional<int> only_descriptor_of(std::string_view link) override {
        const auto refers = [link](const auto &entry) { return entry.second == link; };
        return std::ranges::count_if(links, refers) == 1 ? descriptor_of(link) : std::nullopt;
    }

    std::optional<Timerfd> timerfd(int fd) override { return find(timers, fd); }
    std::optional<facts::Pid> pidfd(int fd) override { return find(pidfds, fd); }
    bool has_thread(facts::Pid tid) override { return threads.contains(tid); }
    std::optional<std::string> shared_memory_at(std::uint64_t address) override {
        return find(shared_memory, address).value_or("");
    }
    bool shares_pid_namespace() override { return same_pid_namespace; }
    std::optional<Nanos> clock(clockid_t id) override { return find(clocks, id); }

  private:
    template <typename Map>
    static std::optional<typename Map::mapped_type> find(const Map &map, const typename Map::key_type &key) {
        const auto found = map.find(key);
        return found == map.end() ? std::nullopt : std::optional(found->second);
    }
};

} // namespace unwedge::procfs
