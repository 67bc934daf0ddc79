// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <string>
#include <string_view>

namespace unwedge {

/// `text` with everything that could steer a terminal (C0, C1, DEL, invalid UTF-8) made visible as \xNN.
std::string printable(std::string_view text);

} // namespace unwedge
