// SPDX-License-Identifier: GPL-2.0-only
#include "stacks/maps.h"

#include "procfs/number.h"
#include "util/line.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace unwedge::stacks {

namespace {

using procfs::next_word;
using procfs::parse_number;

/// "START-END PERMISSIONS OFFSET DEVICE INODE   PATH"; blanks in the path are its own.
std::optional<Area> parse_area(std::string_view line) {
    const std::string_view range = next_word(line);
    const auto dash = range.find('-');
    if (dash == std::string_view::npos)
        return std::nullopt;
    const auto start = parse_number<std::uint64_t>(range.substr(0, dash), 16);
    const auto end = parse_number<std::uint64_t>(range.substr(dash + 1), 16);
    const std::string_view permissions = next_word(line);
    const auto offset = parse_number<std::uint64_t>(next_word(line), 16);
    const std::string_view device = next_word(line);
    const auto inode = parse_number<std::uint64_t>(next_word(line));
    if (!start || !end || *start >= *end || permissions.size() != 4 || !offset || !inode)
        return std::nullopt;
    const auto path = std::min(line.find_first_not_of(' '), line.size());
    return Area{
        *start, *end, permissions[2] == 'x', *inode, std::string(device), std::string(line.substr(path))};
}

bool is_code_source(const Area &area) {
    return area.inode != 0 || area.path == "[vdso]";
}

bool same_file(const Area &one, const Area &other) {
    return one.inode == other.inode && one.device == other.device && one.path == other.path;
}

} // namespace

Result<std::vector<Area>> parse_maps(std::string_view text) {
    std::vector<Area> areas;
    while (!text.empty()) {
        auto area = parse_area(cut_line(text));
        if (!area || (!areas.empty() && area->start < areas.back().end))
            return Error{"the list of a process's mappings is malformed"};
        areas.push_back(*std::move(area));
    }
    return areas;
}

std::vector<Image> images_of(const std::vector<Area> &areas) {
    std::vector<Image> images;
    for (auto first = areas.begin(); first != areas.end();) {
        // Areas without a file (.bss) may lie between those of one.
        auto last = first;
        bool executable = first->executable;
        for (auto next = std::next(first); next != areas.end(); ++next) {
            if (same_file(*first, *next)) {
                last = next;
                executable = executable || next->executable;
            } else if (is_code_source(*next)) {
                break;
            }
        }
        if (executable && is_code_source(*first))
            images.push_back({first->path, first->inode, first->start, last->end, first->end});
        first = std::next(last);
    }
    return images;
}

std::uint64_t end_of_area(const std::vector<Area> &areas, std::uint64_t address) {
    const auto after = std::upper_bound(areas.begin(), areas.end(), address,
                                        [](std::uint64_t one, const Area &area) { return one < area.start; });
    if (after == areas.begin())
        return 0;
    const Area &area = *std::prev(after);
    return address < area.end ? area.end : 0;
}

} // namespace unwedge::stacks
