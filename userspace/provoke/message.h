// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "facts/ids.h"
#include "provoke/lineage.h"
#include "util/fd.h"

#include <array>
#include <cstdint>

namespace unwedge::provoke {

/// What unwedge tells the helper, which is the same program.
struct Message {
    enum class Kind : std::uint8_t {
        appeared, ///< a pidfd comes with it
        renamed,  ///< or runs another program: `is_named` may have changed
        gone
    };
    Kind kind{};
    bool is_named = false;  ///< its name is one of those that are stopped
    std::uint16_t slot = 0; ///< below Board::slots
    facts::Pid pid = 0;
    std::array<char, Lineage::longest + 1> lineage{}; ///< ends with NUL
};

/// By a socket that keeps messages apart. `pidfd`: -1 for none. Returns errno, or 0; EAGAIN: there is no room
/// now.
int send(const Fd &socket, const Message &message, int pidfd = -1);

struct Received {
    enum class Outcome { message, nothing_yet, end };
    Outcome outcome = Outcome::end;
    Message message;
    Fd pidfd;
};
/// Without waiting.
Received receive(const Fd &socket);

} // namespace unwedge::provoke
