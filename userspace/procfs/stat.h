// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "facts/ids.h"
#include "util/result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace unwedge::procfs {

/// What /proc/PID/stat tells of a process or a thread. Times are ticks of sysconf(_SC_CLK_TCK).
struct Stat {
    std::string comm; ///< untrusted bytes
    char state = '?'; ///< 'R', 'S', 'D', 'T', 't', 'Z', 'X', 'I', …
    facts::Pid ppid = 0;
    facts::Pid pgrp = 0; ///< this and the session: -1 while it exits
    facts::Pid session = 0;
    bool forked = false;        ///< it has not exec'd since (PF_FORKNOEXEC)
    bool kernel_thread = false; ///< PF_KTHREAD
    std::uint64_t utime = 0;
    std::uint64_t stime = 0;
    std::uint64_t cutime = 0; ///< of reaped children, theirs included
    std::uint64_t cstime = 0;
    std::uint64_t num_threads = 0;
    std::uint64_t starttime = 0; ///< CLOCK_BOOTTIME
    int cpu = -1;                ///< it runs on, or ran on last
};

/// The text of a `stat` file. A comm may contain blanks, parentheses and newlines: the last ')' ends it.
/// Fails on a text that is cut off or has no numbers where numbers belong.
Result<Stat> parse_stat(std::string_view text);

} // namespace unwedge::procfs
