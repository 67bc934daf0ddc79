// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <cstdint>

namespace unwedge::facts {

/// A process or thread id in unwedge's own pid namespace.
using Pid = std::int32_t;

/// One end of a channel; unique for the life of the tracer, never reused. 0 is "none".
using EndId = std::uint64_t;

/// A channel, named by the smaller EndId of its ends.
using ChannelId = std::uint64_t;

} // namespace unwedge::facts
