// SPDX-License-Identifier: GPL-2.0-only
#include "procfs/mappings.h"

#include "procfs/number.h"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>

namespace unwedge::procfs {
namespace {

struct Mapping {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
    bool is_shared = false;
    std::string object; ///< "DEVICE:INODE"
    bool is_nameless = false;
};

/// Memory of System V has a key, a memfd a descriptor, by which others can come to it though its file is
/// deleted.
bool is_nameless(std::string_view path) {
    return path.ends_with(" (deleted)") && !path.starts_with("/SYSV") && !path.starts_with("/memfd:");
}

/// "7f00-7f10 rw-s 00000000 00:01 1029       /dev/zero (deleted)"
std::optional<Mapping> parse_mapping(std::string_view line) {
    const std::string_view range = next_word(line);
    const std::size_t dash = std::min(range.find('-'), range.size());
    const auto begin = parse_number<std::uint64_t>(range.substr(0, dash), 16);
    const auto end = parse_number<std::uint64_t>(range.substr(std::min(dash + 1, range.size())), 16);
    const std::string_view mode = next_word(line);
    next_word(line); // offset
    const std::string_view device = next_word(line);
    const std::string_view inode = next_word(line);
    if (!begin || !end || mode.size() < 4)
        return std::nullopt;
    const std::string_view path = line.substr(std::min(line.find_first_not_of(' '), line.size()));
    return Mapping{*begin, *end, mode[3] == 's', fmt::format("{}:{}", device, inode), is_nameless(path)};
}

} // namespace

std::optional<std::string> shared_memory_at(std::string_view maps, std::uint64_t address) {
    for (const auto line : std::views::split(maps, '\n')) {
        const auto mapping = parse_mapping(std::string_view(line.begin(), line.end()));
        if (!mapping || address < mapping->begin || address >= mapping->end)
            continue;
        if (!mapping->is_shared)
            return "";
        return mapping->is_nameless ? std::optional(mapping->object) : std::nullopt;
    }
    return std::nullopt;
}

std::vector<std::string> shared_memory_of(std::string_view maps) {
    std::vector<std::string> all;
    for (const auto line : std::views::split(maps, '\n')) {
        const auto mapping = parse_mapping(std::string_view(line.begin(), line.end()));
        if (mapping && mapping->is_shared && mapping->is_nameless)
            all.push_back(mapping->object);
    }
    std::ranges::sort(all);
    const auto repeated = std::ranges::unique(all);
    all.erase(repeated.begin(), repeated.end());
    return all;
}

} // namespace unwedge::procfs
