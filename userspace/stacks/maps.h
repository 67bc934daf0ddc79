// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "util/result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace unwedge::stacks {

/// One line of /proc/PID/maps.
struct Area {
    std::uint64_t start = 0;
    std::uint64_t end = 0;
    bool executable = false;
    std::uint64_t inode = 0; ///< 0: no file
    std::string device;
    std::string path; ///< untrusted bytes; "[stack]", "[vdso]", "" for none
};

/// A file, or the vdso, that is mapped to be executed.
struct Image {
    std::string path; ///< untrusted bytes
    std::uint64_t inode = 0;
    std::uint64_t start = 0;
    std::uint64_t end = 0;       ///< of its last area
    std::uint64_t first_end = 0; ///< of its first area
};

/// The text of a `maps` file. Fails on what the kernel would not write: areas that overlap or don't ascend.
Result<std::vector<Area>> parse_maps(std::string_view text);

/// What of it can be on a call stack: neighbouring areas of one file are one image.
std::vector<Image> images_of(const std::vector<Area> &areas);

/// The end of the area that `address` lies in; 0 if it lies in none.
std::uint64_t end_of_area(const std::vector<Area> &areas, std::uint64_t address);

} // namespace unwedge::stacks
