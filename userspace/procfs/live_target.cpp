// SPDX-License-Identifier: GPL-2.0-only
#include "procfs/live_target.h"

#include "procfs/mappings.h"
#include "procfs/memory.h"
#include "procfs/watches.h"

#include <fmt/format.h>

#include <algorithm>

namespace unwedge::procfs {

namespace {

// About 200,000 registrations. A longer set is unknown, not a short one.
constexpr std::size_t fdinfo_limit = std::size_t{16} << 20;
constexpr std::size_t maps_limit = std::size_t{16} << 20; // about as many mappings as a process may have

} // namespace

Result<std::size_t> LiveTarget::read(std::uint64_t address, std::span<std::byte> into) {
    return read_memory(pid_, address, into);
}

Result<std::string> LiveTarget::fdinfo(int fd) const {
    return proc_.read_piece(fmt::format("{}/fdinfo/{}", pid_, fd), fdinfo_limit);
}

Result<std::vector<EpollEntry>> LiveTarget::read_epoll_set(int fd) {
    // The fdinfo of any other file would look like an empty set.
    if (descriptor(fd) != "anon_inode:[eventpoll]")
        return Error{fmt::format("descriptor {} of process {} is no epoll set", fd, pid_)};
    const auto text = fdinfo(fd);
    if (!text)
        return text.error();
    if (text->size() == fdinfo_limit)
        return Error{fmt::format("the epoll set {} of process {} is too large", fd, pid_)};
    return parse_epoll(*text);
}

Result<std::vector<EpollEntry>> LiveTarget::epoll_set(int fd) {
    auto found = epoll_sets_.find(fd);
    if (found == epoll_sets_.end())
        found = epoll_sets_.emplace(fd, read_epoll_set(fd)).first;
    return found->second;
}

std::optional<std::string> LiveTarget::descriptor(int fd) {
    const auto found = descriptors_.find(fd);
    if (found != descriptors_.end())
        return found->second;
    if (links_) // all were read: it is not open
        return std::nullopt;
    auto target = proc_.fd_target(pid_, fd);
    return descriptors_.emplace(fd, target ? std::optional(*std::move(target)) : std::nullopt).first->second;
}

Result<void> LiveTarget::list() {
    if (links_)
        return {};
    auto targets = proc_.fd_targets(pid_);
    if (!targets)
        return targets.error();
    links_.emplace();
    for (auto &[fd, target] : *targets) { // ascending: the lowest descriptor stays
        links_->emplace(target, fd);
        descriptors_.emplace(fd, std::move(target)); // what was read before stays: one look, one answer
    }
    return {};
}

std::optional<int> LiveTarget::descriptor_of(std::string_view link) {
    if (!list() || !links_)
        return std::nullopt;
    const auto found = links_->find(link);
    return found == links_->end() ? std::nullopt : std::optional(found->second);
}

std::optional<int> LiveTarget::only_descriptor_of(std::string_view link) {
    const std::optional<int> found = descriptor_of(link);
    const auto refers = [link](const auto &entry) { return entry.second == link; };
    return std::ranges::count_if(descriptors_, refers) == 1 ? found : std::nullopt;
}

std::optional<Timerfd> LiveTarget::timerfd(int fd) {
    const auto text = fdinfo(fd);
    const auto timer = text ? parse_timerfd(*text) : text.error();
    return timer ? std::optional(*timer) : std::nullopt;
}

std::optional<Pid> LiveTarget::pidfd(int fd) {
    const auto text = fdinfo(fd);
    const auto pid = text ? parse_pidfd(*text) : text.error();
    return pid ? std::optional(*pid) : std::nullopt;
}

bool LiveTarget::has_thread(Pid tid) {
    const auto stat = proc_.stat(pid_, tid);
    return stat && stat->state != 'Z' && stat->state != 'X' && stat->state != 'x';
}

void LiveTarget::describe(facts::Actor &actor) {
    actor.holds_io_uring = descriptor_of("anon_inode:[io_uring]").has_value();
    actor.holds_eventfd = descriptor_of("anon_inode:[eventfd]").has_value();
    std::optional<std::vector<facts::Watch>> idle = idle_watches();
    actor.idle_watches_known = idle.has_value();
    actor.idle_watches = std::move(idle).value_or(std::vector<facts::Watch>());
}

std::optional<std::vector<facts::Watch>> LiveTarget::idle_watches() {
    if (!list())
        return std::nullopt;
    std::vector<int> sets;
    for (const auto &[fd, link] : descriptors_)
        if (link == "anon_inode:[eventpoll]" && !epoll_sets_.contains(fd))
            sets.push_back(fd);
    std::vector<facts::Watch> all;
    for (const int fd : sets) {
        const std::optional<WatchSet> set = epoll_watches(fd, *this);
        if (set)
            all.insert(all.end(), set->watches.begin(), set->watches.end());
        else if (proc_.fd_target(pid_, fd)) // else it was closed since it was listed
            return std::nullopt;
    }
    return all;
}

std::optional<std::string> LiveTarget::shared_memory_at(std::uint64_t address) {
    const auto maps = proc_.read_text(fmt::format("{}/maps", pid_), maps_limit);
    return maps ? procfs::shared_memory_at(*maps, address) : std::nullopt;
}

std::vector<std::string> LiveTarget::shared_memory() const {
    const auto maps = proc_.read_text(fmt::format("{}/maps", pid_), maps_limit);
    return maps ? shared_memory_of(*maps) : std::vector<std::string>();
}

bool LiveTarget::shares_pid_namespace() {
    if (!shares_pid_namespace_) {
        const auto theirs = proc_.read_link(fmt::format("{}/ns/pid", pid_));
        const auto ours = proc_.read_link("self/ns/pid");
        shares_pid_namespace_ = theirs && ours && *theirs == *ours;
    }
    return *shares_pid_namespace_;
}

/// The file tells of the namespace that its children will be in, which is its own but for who has just left.
const ClockOffsets &LiveTarget::offsets() {
    if (!offsets_) {
        const auto text = proc_.read_piece(fmt::format("{}/timens_offsets", pid_));
        offsets_ = text ? parse_clock_offsets(*text).value_or(ClockOffsets()) : ClockOffsets();
    }
    return *offsets_;
}

std::optional<Nanos> LiveTarget::clock(clockid_t id) {
    Nanos ahead{}; // of ours
    switch (id) {
    case CLOCK_MONOTONIC: ahead = offsets().monotonic - own_clock_offsets().monotonic; break;
    case CLOCK_BOOTTIME:
    case CLOCK_BOOTTIME_ALARM: ahead = offsets().boottime - own_clock_offsets().boottime; break;
    case CLOCK_REALTIME:
    case CLOCK_REALTIME_ALARM:
    case CLOCK_TAI: break;
    default: return std::nullopt; // CPU clocks and the like
    }
    timespec now{};
    if (::clock_gettime(id, &now) != 0)
        return std::nullopt;
    return std::chrono::seconds(now.tv_sec) + Nanos(now.tv_nsec) + ahead;
}

} // namespace unwedge::procfs
