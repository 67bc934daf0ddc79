// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace unwedge::procfs {

/// What a link in /proc tells of a thing without a name: "socket:[123]" → 123, for `type` "socket"; nullopt
/// if it is of another type.
std::optional<std::uint64_t> inode_of(std::string_view link, std::string_view type);

} // namespace unwedge::procfs
