// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "facts/wait.h"

#include <string_view>

namespace unwedge::procfs {

/// What a thread waits in by the kernel function that it sleeps in (/proc/PID/wchan), which is all that is
/// shown to who may not read its system call. Functions are renamed from kernel to kernel, so families are
/// told; `unknown` for all others. Where poll and select share one, it is poll.
facts::WaitKind wait_kind_of_wchan(std::string_view function);

/// Is it where a cgroup's freezer holds threads? To be asked of those that no signal and no tracer has
/// stopped.
bool is_freezer(std::string_view function);

} // namespace unwedge::procfs
