// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <string>
#include <string_view>

namespace unwedge {

/// What a program printed for a terminal, as text to read: without colours and other escape sequences
/// (ECMA-48), and of a line that was written over again and again the last state.
std::string screen_text(std::string_view printed);

} // namespace unwedge
