// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "facts/ids.h"
#include "util/clock.h"

#include <cstdint>

namespace unwedge::facts {

/// How the lines that one process wrote to a descriptor were written: by their lengths and hashes, thread by
/// thread. One that was written more than once in succession is one line of the last four.
struct Writing {
    Pid pid = 0;
    std::uint64_t records = 0;  ///< lines, each as often as it was written
    std::uint64_t single = 0;   ///< lines that were written once,
    std::uint64_t doubled = 0;  ///< an even number of times in succession,
    std::uint64_t repeated = 0; ///< an odd one, from three on,
    std::uint64_t bare = 0;     ///< and twice, but one time without what the other begins with
};

/// Which of them is to be known.
struct WritesWanted {
    int fd = 2;
    Nanos window{}; ///< what is written again so soon is the same line
};

} // namespace unwedge::facts
