// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "facts/model.h"

#include <cstdint>
#include <span>
#include <string_view>

namespace unwedge::facts {

/// The words of reports and JSON for the model's enumerations.
std::string_view name(ChannelKind kind);  ///< "tcp", "unix"
std::string_view name(Interest interest); ///< "armed", "disarmed", "edge", "none", "unknown"
std::string_view name(WaitKind kind);     ///< "epoll", "lock", …
char letter(ThreadState state);           ///< as in /proc/PID/stat; 'F' for frozen, '?' for unknown

/// "ESTABLISHED", … as ss(8) has it with underscores, of the kernel's TCP_ESTABLISHED, which UNIX sockets
/// use, too; "" for a number that is none.
std::string_view tcp_state(std::uint8_t number);

/// What reading interest the actors of `snapshot` have in `end`: the strongest over all holders' threads
/// (armed > edge > disarmed > none); unknown where a set that could contain it can't be read.
Interest interest_in(const Snapshot &snapshot, const End &end);
/// The same where it is known who could; more than those do no harm.
Interest interest_in(std::span<const Actor *const> holders, const End &end);

} // namespace unwedge::facts
