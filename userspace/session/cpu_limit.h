// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "facts/model.h"
#include "procfs/proc.h"

#include <optional>
#include <string>
#include <string_view>

namespace unwedge::session {

/// Its own path in the hierarchy that limits CPU time, of a process's `cgroup` file (cgroups(7)): of version
/// 2, or of version 1's controller "cpu"; nullopt: there is none.
struct CgroupPath {
    bool is_v2 = false;
    std::string path;
};
std::optional<CgroupPath> cgroup_of(std::string_view text);

/// The closest limit of CPU time above a process: of its cgroup, or of the first above that has one; nullopt:
/// none has, or it can't be read.
std::optional<facts::CpuLimit> cpu_limit(const procfs::Proc &proc, facts::Pid pid);

} // namespace unwedge::session
