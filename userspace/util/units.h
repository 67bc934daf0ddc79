// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "util/clock.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace unwedge {

std::string duration_text(Nanos length);     ///< "840 ms", "3.6 s", "2 min 5 s", "3 h 2 min", "2 d 4 h"
std::string bytes_text(std::uint64_t bytes); ///< "165 B", "12.3 KiB"
std::string counted(std::size_t count, std::string_view noun); ///< "1 actor", "6 actors"
std::string signal_text(int signal);                           ///< "SIGKILL"

} // namespace unwedge
