// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <cstdint>

namespace unwedge::facts {

/// A process or thread id in unwedge's own pid namespace.
using Pid = std::int32_t;

/// One end of a channel; unique for the life of the tracer, never reused. 0 is "none".
using EndId = std::uint64_t;

/// Pipes that BPF tells of are numbered above all sockets, each as two: the side that is read has an even
/// number, the other one the next.
constexpr EndId first_pipe = EndId{1} << 32;

/// 0: it is no side of such a pipe.
constexpr EndId other_side_of_pipe(EndId id) {
    return id >= first_pipe ? id ^ 1 : 0;
}

/// A channel, named by the smaller EndId of its ends.
using ChannelId = std::uint64_t;

} // namespace unwedge::facts
