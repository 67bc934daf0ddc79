// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <string_view>

namespace unwedge::expect {

/// Is all of `text` as `pattern` says? * stands for any bytes, ? for one. In time of the product of their
/// lengths, whatever they are: names are what a stranger calls itself, which fnmatch(3) does not bound.
bool matches_glob(std::string_view pattern, std::string_view text);

} // namespace unwedge::expect
