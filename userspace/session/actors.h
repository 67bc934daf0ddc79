// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "facts/model.h"
#include "procfs/family.h"
#include "procfs/proc.h"
#include "session/tree.h"
#include "util/result.h"

#include <cstddef>
#include <vector>

namespace unwedge::session {

/// Of a command line so many bytes are kept.
constexpr std::size_t longest_command_line = 16'384;

/// Those of `roots` that `table` has become members of `family`, kernel threads left out.
void add_processes(const std::vector<facts::Pid> &roots, const procfs::ProcessTable &table,
                   procfs::Family &family);

/// Enters a process that runs already into the tree.
void plant_running(Tree &tree, facts::Pid pid, const procfs::Stat &stat, const procfs::Proc &proc);

/// An Error, "there is no process 7", if one of `pids` is not in the tree; another where it is only hidden.
Result<void> require_members(const Tree &tree, const std::vector<facts::Pid> &pids);

/// What the tree knows of a process by itself.
facts::Actor known_actor(facts::Pid pid, const Member &member);

/// One that has ended.
facts::Actor dead_actor(facts::Pid pid, const Member &member);

} // namespace unwedge::session
