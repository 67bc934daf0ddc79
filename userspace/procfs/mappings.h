// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace unwedge::procfs {

/// The memory that `address` lies in, by a process's maps (proc_pid_maps(5)), as facts::Wait::lock_memory
/// tells it: "DEVICE:INODE" if it is mapped shared and has no name any more, "" if it is mapped privately.
/// nullopt: nothing is mapped there, or it is shared memory that others can come to by a name, a key or a
/// descriptor.
std::optional<std::string> shared_memory_at(std::string_view maps, std::uint64_t address);

/// All shared memory without a name in a process's maps, each once.
std::vector<std::string> shared_memory_of(std::string_view maps);

} // namespace unwedge::procfs
