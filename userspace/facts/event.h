// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "facts/ids.h"
#include "util/clock.h"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace unwedge::facts {

/// A process of the tree made another.
struct Forked {
    Nanos at{};
    Pid parent = 0;
    Pid child = 0;
    std::string comm; ///< untrusted bytes
};

/// A process replaced its program.
struct Executed {
    Nanos at{};
    Pid pid = 0;
    std::string comm;
    std::vector<std::string> argv; ///< untrusted bytes
    bool argv_whole = true;        ///< false: longer than what is kept
};

/// The last thread of a process ended. Two racing threads can each report it.
struct Exited {
    Nanos at{};
    Pid pid = 0;
    std::optional<int> status; ///< as wait(2) tells it; nullopt: only its parent knows
};

/// Unread bytes, and nothing consumed for --stall-after.
struct StallBegan {
    Nanos at{};
    EndId end = 0;
    std::uint64_t unread = 0;
    Nanos since{};
};

/// A stalled end consumed again.
struct StallEnded {
    Nanos at{};
    EndId end = 0;
    Nanos since{};
};

using Event = std::variant<Forked, Executed, Exited, StallBegan, StallEnded>;

} // namespace unwedge::facts
