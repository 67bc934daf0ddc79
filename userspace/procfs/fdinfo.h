// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "facts/ids.h"
#include "util/clock.h"
#include "util/result.h"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace unwedge::procfs {

/// One registration of an epoll set.
struct EpollEntry {
    int fd = -1;              ///< its number when it was registered; may have been closed or reused since
    std::uint32_t events = 0; ///< EPOLLIN, EPOLLET, …; a ONESHOT that fired keeps only its flags
    std::uint64_t inode = 0;  ///< of the file that was registered
};

/// A timer descriptor.
struct Timerfd {
    bool expired = false;           ///< readable: it has ticks that nobody has read
    std::optional<Nanos> remaining; ///< to the next expiry; nullopt: disarmed, or not before it has been read
};

/// The fdinfo text of an epoll descriptor. A registration that can't be parsed makes it an Error: a set with
/// a hole would look as if nobody attended the missing descriptor.
Result<std::vector<EpollEntry>> parse_epoll(std::string_view text);

/// The fdinfo text of a timerfd. A time beyond 292 years counts as disarmed.
Result<Timerfd> parse_timerfd(std::string_view text);

/// The fdinfo text of a pidfd → the process, as numbered in the namespace of that /proc. Fails where it was
/// reaped or has no number there.
Result<facts::Pid> parse_pidfd(std::string_view text);

} // namespace unwedge::procfs
