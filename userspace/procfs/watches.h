// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "facts/wait.h"
#include "procfs/target.h"

#include <optional>
#include <vector>

namespace unwedge::procfs {

/// What a thread waits for readiness of.
struct WatchSet {
    std::vector<facts::Watch> watches;
    std::optional<Nanos> timer; ///< time left to the soonest timerfd that will end the wait, >= 0
};

/// The set behind the epoll descriptor `fd`, nested sets flattened: an entry of a nested set counts as the
/// outer set asks for the nested one's readiness. nullopt if a set that matters can't be read, or nests
/// deeper than 5. An entry whose descriptor was closed or reused since is told by another descriptor of the
/// same socket or pipe, or left out where the process has none.
std::optional<WatchSet> epoll_watches(int fd, Target &target);

/// An array of `count` struct pollfd. nullopt if it can't be read or `count` is above 65,536.
std::optional<WatchSet> poll_watches(std::uint64_t address, std::uint64_t count, Target &target);

/// select's sets of `count` bits; a null address is an empty set. nullopt if one can't be read or `count` is
/// above 65,536.
std::optional<WatchSet> select_watches(std::uint64_t readable, std::uint64_t writable, std::uint64_t count,
                                       Target &target);

/// Whose doing makes `fd` ready; a FIFO that has a name is anybody's.
facts::Source source_of(int fd, Target &target);

/// Time left until the timer behind `fd` makes a thread that waits for it with `interest` wake; nullopt:
/// never, or `fd` is no timerfd.
std::optional<Nanos> timer_wakes(int fd, facts::Interest interest, Target &target);

} // namespace unwedge::procfs
