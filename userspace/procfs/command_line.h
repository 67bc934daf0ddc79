// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "procfs/process_table.h"
#include "util/pattern.h"

#include <string>
#include <vector>

namespace unwedge::procfs {

/// The command line of `pid`, words joined by blanks, cut at 4 KiB; "" if it has none or has ended. Untrusted
/// bytes.
std::string command_line(Pid pid, const Proc &proc);

/// The processes whose command lines match. Kernel threads have none.
std::vector<Pid> matching(const Pattern &pattern, const ProcessTable &table, const Proc &proc);

} // namespace unwedge::procfs
