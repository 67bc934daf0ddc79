// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "procfs/proc.h"
#include "util/result.h"

namespace unwedge::procfs {

/// The /proc tree whose numbers are those of this process's own pid namespace: /proc itself, or, where /proc
/// was mounted in another one (`unshare -pf` without --mount-proc, a container that sees its host's), one
/// that is mounted for this process alone: it has no place in the file system and goes with the process.
/// Needs CAP_SYS_ADMIN in the second case; code EPERM without.
Result<Proc> own_proc();

/// Are the numbers of `proc` those of this process's own pid namespace?
bool is_own(const Proc &proc);

} // namespace unwedge::procfs
