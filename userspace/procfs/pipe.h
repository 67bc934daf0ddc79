// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "procfs/proc.h"
#include "util/result.h"

#include <cstdint>

namespace unwedge::procfs {

/// Bytes that wait in the pipe behind descriptor `fd` of process `pid`. The pipe is not opened, which would
/// change who reads and writes it: for a few microseconds this process holds the same open file
/// (pidfd_getfd(2), Linux 5.6+, needs the right to trace `pid`). Only a file of inode `inode` is asked. Code
/// EPERM: the caller may not; ESRCH, EBADF: it is gone.
Result<std::uint64_t> pipe_unread(Pid pid, int fd, std::uint64_t inode);

} // namespace unwedge::procfs
