// SPDX-License-Identifier: GPL-2.0-only
#include "fuzzed_target.h"

#include "harness.h"

#include <algorithm>
#include <cerrno>
#include <numeric>

namespace unwedge::fuzz {
namespace {

constexpr std::size_t longest_read = std::size_t{65'536} * 8; // as many struct pollfd as are believed

constexpr unsigned char other_pid_namespace = 2;
constexpr unsigned char no_clocks = 4;

} // namespace

FuzzedTarget::FuzzedTarget(Feed &feed) : form_(feed.value<unsigned char>()) {
    while (const auto fd = feed.value<unsigned char>())
        descriptors_[fd % 16] = descriptor_from(feed);
    memory_ = feed.rest();
}

FuzzedTarget::Descriptor FuzzedTarget::descriptor_from(Feed &feed) {
    Descriptor made;
    switch (feed.value<unsigned char>() % 6) {
    case 0: made.link = "anon_inode:[timerfd]"; break;
    case 1: made.link = "socket:[" + std::to_string(feed.value<unsigned char>()) + "]"; break;
    case 2: made.link = "pipe:[" + std::to_string(feed.value<unsigned char>()) + "]"; break;
    case 3: made.link = feed.text(); break;
    default: made.link = "anon_inode:[eventpoll]";
    }
    if (made.link == "anon_inode:[timerfd]") {
        made.timer.expired = feed.flag();
        // What parse_timerfd() lets through.
        if (const auto left = feed.value<std::uint32_t>())
            made.timer.remaining = Nanos(left);
    } else if (made.link == "anon_inode:[eventpoll]") {
        for (auto count = feed.value<unsigned char>() % 8; count > 0; --count) {
            const int fd = feed.value<unsigned char>() % 16;
            const auto events = feed.value<std::uint32_t>();
            made.entries.push_back({fd, events, feed.value<unsigned char>()});
        }
    } else {
        made.process = feed.value<unsigned char>();
    }
    return made;
}

const FuzzedTarget::Descriptor *FuzzedTarget::find(int fd) const {
    const auto found = descriptors_.find(fd);
    return found == descriptors_.end() ? nullptr : &found->second;
}

std::size_t FuzzedTarget::registrations() const {
    return std::accumulate(descriptors_.begin(), descriptors_.end(), std::size_t{0},
                           [](std::size_t sum, const auto &one) { return sum + one.second.entries.size(); });
}

Result<std::size_t> FuzzedTarget::read(std::uint64_t address, std::span<std::byte> into) {
    require(into.size() <= longest_read, "nobody asks for more memory than a call can need");
    if (address < base || memory_.empty())
        return errno_error("read", EFAULT);
    std::uint64_t offset = address - base;
    const bool is_endless = form_ & endless;
    if (!is_endless && offset >= memory_.size())
        return errno_error("read", EFAULT);
    std::size_t size = into.size();
    if (!is_endless)
        size = std::min(size, memory_.size() - static_cast<std::size_t>(offset));
    for (std::byte &byte : into.first(size))
        byte = static_cast<std::byte>(memory_[static_cast<std::size_t>(offset++ % memory_.size())]);
    return size;
}

Result<std::vector<procfs::EpollEntry>> FuzzedTarget::epoll_set(int fd) {
    const Descriptor *found = find(fd);
    if (!found || found->link != "anon_inode:[eventpoll]")
        return errno_error("read", EACCES);
    return found->entries;
}

std::optional<std::string> FuzzedTarget::descriptor(int fd) {
    const Descriptor *found = find(fd);
    return found ? std::optional(found->link) : std::nullopt;
}

std::optional<int> FuzzedTarget::descriptor_of(std::string_view link) {
    for (const auto &[fd, one] : descriptors_)
        if (one.link == link)
            return fd;
    return std::nullopt;
}

std::optional<int> FuzzedTarget::only_descriptor_of(std::string_view link) {
    const auto refers = [link](const auto &entry) { return entry.second.link == link; };
    return std::ranges::count_if(descriptors_, refers) == 1 ? descriptor_of(link) : std::nullopt;
}

std::optional<procfs::Timerfd> FuzzedTarget::timerfd(int fd) {
    const Descriptor *found = find(fd);
    return found && found->link == "anon_inode:[timerfd]" ? std::optional(found->timer) : std::nullopt;
}

std::optional<facts::Pid> FuzzedTarget::pidfd(int fd) {
    const Descriptor *found = find(fd);
    return found && found->process > 0 ? std::optional(found->process) : std::nullopt;
}

bool FuzzedTarget::has_thread(facts::Pid tid) {
    return tid % 2 == 0;
}

std::optional<std::string> FuzzedTarget::shared_memory_at(std::uint64_t address) {
    if (address % 3 == 0)
        return std::nullopt;
    return address % 3 == 1 ? "" : "0:1:7";
}

bool FuzzedTarget::shares_pid_namespace() {
    return !(form_ & other_pid_namespace);
}

std::optional<Nanos> FuzzedTarget::clock(clockid_t id) {
    return form_ & no_clocks ? std::nullopt : std::optional(Nanos(id * std::int64_t{1'000'000'007}));
}

} // namespace unwedge::fuzz
