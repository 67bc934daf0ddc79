// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace unwedge::cli {

/// "4096", "64K", "1M", "2G": bytes, the units being powers of 1,024. nullopt if it is none of these or more
/// than 64 bits hold.
std::optional<std::uint64_t> parse_size(std::string_view text);

} // namespace unwedge::cli
