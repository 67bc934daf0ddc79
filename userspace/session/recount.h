// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "kernel/tracer.h"
#include "procfs/proc.h"
#include "procfs/process_table.h"
#include "session/tree.h"

#include <map>
#include <set>

namespace unwedge::session {

/// Whom the kernel could not make actors when they were forked, because there was no memory for that: they
/// are made actors now, by their parents, groups and sessions. `others` is what unwedge itself has started
/// beside the tree; as long as that is nobody, all of its children are of the tree. True: there were some.
Result<bool> adopt_the_missed(const Tree &tree, kernel::Tracer &tracer, const procfs::Proc &proc,
                              const std::set<facts::Pid> &others);

/// The tree counted anew from /proc, where events that tell of it were lost.
class Recount {
  public:
    static Result<Recount> take(const Tree &tree, const kernel::Tracer &tracer, const procfs::Proc &proc);

    /// To be called once the tree has been told all events up to now: what it still does not know was lost.
    /// True: there was something.
    bool amend(Tree &tree, const procfs::Proc &proc) const;

  private:
    std::map<facts::Pid, Nanos> gone_;           ///< members that have ended, and when they had started
    std::map<facts::Pid, procfs::Stat> unknown_; ///< actors of whose birth, or program, nothing was told
};

} // namespace unwedge::session
