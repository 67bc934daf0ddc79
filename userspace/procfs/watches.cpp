// SPDX-License-Identifier: GPL-2.0-only
#include "procfs/watches.h"

#include <algorithm>
#include <set>
#include <utility>

#include <poll.h>
#include <sys/epoll.h>

#include <fmt/format.h>

namespace unwedge::procfs {

namespace {

using facts::Interest;

constexpr int max_depth = 5; // the kernel allows no more
constexpr std::uint64_t max_descriptors = 65'536;

Interest read_interest(std::uint32_t events) {
    if (!(events & (EPOLLIN | EPOLLRDNORM)))
        return Interest::disarmed;
    return events & EPOLLET ? Interest::edge : Interest::armed;
}

/// What an interest inside a nested set amounts to, seen through the outer set's interest in the nested one.
Interest seen_through(Interest outer, Interest inner) {
    if (outer == Interest::disarmed || inner == Interest::disarmed)
        return Interest::disarmed;
    return outer == Interest::edge ? Interest::edge : inner;
}

/// The descriptor by which the process knows the file of `entry` today.
std::optional<int> current_fd(const EpollEntry &entry, Target &target) {
    const std::string socket = fmt::format("socket:[{}]", entry.inode);
    const std::string pipe = fmt::format("pipe:[{}]", entry.inode);
    const auto link = target.descriptor(entry.fd);
    // Only the links of sockets and pipes tell an inode that is theirs alone.
    const bool other_file = link && (link->starts_with("socket:[") || link->starts_with("pipe:[")) &&
                            *link != socket && *link != pipe;
    if (link && !other_file)
        return entry.fd;
    const auto as_socket = target.descriptor_of(socket);
    return as_socket ? as_socket : target.descriptor_of(pipe);
}

/// Gathers one wait's watches.
class Collector {
  public:
    explicit Collector(Target &target) : target_(target) {}

    /// One watched descriptor, in a set at `depth` of epoll sets. False: there is a set behind it that can't
    /// be read.
    bool add(int fd, Interest read, bool write, int depth) {
        if (target_.descriptor(fd) == "anon_inode:[eventpoll]")
            // Nothing of a nested set that is not asked for can wake the thread, known or not.
            return add_epoll(fd, read, depth + 1) || read == Interest::disarmed;
        const auto wakes = timer_wakes(fd, read, target_);
        if (wakes)
            found_.timer = std::min(*wakes, found_.timer.value_or(*wakes));
        found_.watches.push_back({fd, read, write, source_of(fd, target_)});
        if (found_.watches.back().source == facts::Source::process)
            found_.watches.back().process = target_.pidfd(fd);
        return true;
    }

    /// The entries of the epoll set behind `fd`, through an outer interest in it.
    bool add_epoll(int fd, Interest outer, int depth) {
        if (depth > max_depth)
            return false;
        if (!visited_.emplace(fd, outer).second)
            return true; // cycles, and sets nested twice
        const auto set = target_.epoll_set(fd);
        if (!set)
            return false;
        for (const auto &entry : *set) {
            const auto current = current_fd(entry, target_);
            const Interest read = seen_through(outer, read_interest(entry.events));
            const bool write = outer != Interest::disarmed && (entry.events & (EPOLLOUT | EPOLLWRNORM));
            if (current && !add(*current, read, write, depth))
                return false;
        }
        return true;
    }

    WatchSet take() { return std::move(found_); }

  private:
    Target &target_;
    WatchSet found_;
    std::set<std::pair<int, Interest>> visited_;
};

using Bits = std::vector<std::uint64_t>;

std::optional<Bits> read_bits(std::uint64_t address, std::uint64_t count, Target &target) {
    const auto words = static_cast<std::size_t>((count + 63) / 64);
    return address ? read_array<std::uint64_t>(target, address, words) : Bits(words);
}

bool has_bit(const Bits &bits, std::uint64_t index) {
    return bits[static_cast<std::size_t>(index / 64)] >> (index % 64) & 1;
}

} // namespace

facts::Source source_of(int fd, Target &target) {
    const std::string link = target.descriptor(fd).value_or("");
    if (link.starts_with("socket:[") || link.starts_with("pipe:["))
        return facts::Source::channel;
    if (link == "anon_inode:[eventfd]")
        return facts::Source::event;
    if (link == "anon_inode:[timerfd]")
        return facts::Source::timer;
    return link == "anon_inode:[pidfd]" || link.starts_with("pidfd:[") ? facts::Source::process
                                                                       : facts::Source::unknown;
}

std::optional<Nanos> timer_wakes(int fd, Interest interest, Target &target) {
    if (interest != Interest::armed && interest != Interest::edge)
        return std::nullopt;
    if (target.descriptor(fd) != "anon_inode:[timerfd]")
        return std::nullopt;
    const auto timer = target.timerfd(fd);
    if (!timer)
        return std::nullopt;
    // An expiry that nobody read is no news to an edge-triggered set.
    if (timer->expired && interest == Interest::armed)
        return Nanos::zero();
    return timer->remaining;
}

std::optional<WatchSet> epoll_watches(int fd, Target &target) {
    Collector collector(target);
    if (!collector.add_epoll(fd, Interest::armed, 1))
        return std::nullopt;
    return collector.take();
}

std::optional<WatchSet> poll_watches(std::uint64_t address, std::uint64_t count, Target &target) {
    if (count > max_descriptors)
        return std::nullopt;
    const auto polled = read_array<pollfd>(target, address, static_cast<std::size_t>(count));
    if (!polled)
        return std::nullopt;
    Collector collector(target);
    for (const auto &[fd, events, revents] : *polled) {
        if (fd < 0) // as poll(2) wants it
            continue;
        const Interest read = events & (POLLIN | POLLRDNORM) ? Interest::armed : Interest::disarmed;
        if (!collector.add(fd, read, events & (POLLOUT | POLLWRNORM), 0))
            return std::nullopt;
    }
    return collector.take();
}

std::optional<WatchSet> select_watches(std::uint64_t readable, std::uint64_t writable, std::uint64_t count,
                                       Target &target) {
    if (count > max_descriptors)
        return std::nullopt;
    const auto reads = read_bits(readable, count, target);
    const auto writes = read_bits(writable, count, target);
    if (!reads || !writes)
        return std::nullopt;
    Collector collector(target);
    for (std::uint64_t fd = 0; fd < count; ++fd) {
        const bool read = has_bit(*reads, fd);
        const bool write = has_bit(*writes, fd);
        if ((read || write) &&
            !collector.add(static_cast<int>(fd), read ? Interest::armed : Interest::disarmed, write, 0))
            return std::nullopt;
    }
    return collector.take();
}

} // namespace unwedge::procfs
