// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <cstdint>
#include <set>

namespace unwedge::session {

/// The inodes of all pipes and sockets that this process has descriptors of, and so of all that a child of it
/// inherits.
std::set<std::uint64_t> own_channels();

} // namespace unwedge::session
