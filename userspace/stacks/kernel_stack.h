// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "procfs/proc.h"

#include <string>
#include <string_view>
#include <vector>

namespace unwedge::stacks {

/// The text of a `stack` file of /proc → the functions, innermost first, at most 64, without offsets. Lines
/// that are no frame are left out.
std::vector<std::string> parse_kernel_stack(std::string_view text);

/// Where a thread sleeps in the kernel; none if it runs. Only root may ask: code EACCES or EPERM.
Result<std::vector<std::string>> kernel_stack(const procfs::Proc &proc, facts::Pid pid, facts::Pid tid);

} // namespace unwedge::stacks
