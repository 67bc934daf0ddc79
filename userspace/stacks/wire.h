// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "stacks/program.h"

#include <string>
#include <string_view>
#include <vector>

namespace unwedge::stacks {

/// A stack, or why there is none, as the reader process hands it over.
std::string encode(const Result<UserStack> &stack);

/// All that `bytes` holds whole: a reader that was led astray by a hostile file may have written anything.
std::vector<Result<UserStack>> decode(std::string_view bytes);

} // namespace unwedge::stacks
