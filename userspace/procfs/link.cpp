// SPDX-License-Identifier: GPL-2.0-only
#include "procfs/link.h"

#include "procfs/number.h"

namespace unwedge::procfs {

std::optional<std::uint64_t> inode_of(std::string_view link, std::string_view type) {
    if (!link.starts_with(type) || !link.substr(type.size()).starts_with(":[") || !link.ends_with(']'))
        return std::nullopt;
    link.remove_prefix(type.size() + 2);
    link.remove_suffix(1);
    return parse_number<std::uint64_t>(link);
}

} // namespace unwedge::procfs
