// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <string>
#include <string_view>

namespace unwedge::stacks {

/// A C++ symbol as people write it, any other as it is; without the version that a linker gave it, cut after
/// 1,000 bytes. A hostile symbol of 200 bytes makes this take for ever: see read_apart().
std::string demangle(std::string_view symbol);

} // namespace unwedge::stacks
