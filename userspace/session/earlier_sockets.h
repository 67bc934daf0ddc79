// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "facts/sockets.h"
#include "procfs/proc.h"
#include "session/socket_tables.h"

#include <vector>

namespace unwedge::session {

/// For a trace that has joined late: what TCP itself remembers of connections that were there before, and
/// those that wait to be accepted, which no process has a descriptor of.
class EarlierSockets {
  public:
    /// `proc`, of this process's own pid namespace, must outlive it.
    explicit EarlierSockets(const procfs::Proc &proc) : proc_(proc), tables_(proc) {}

    /// Completes `sockets`, which the trace saw at `now` (CLOCK_MONOTONIC), by those of the network
    /// namespaces that `pids` are in. Of a namespace that can't be asked nothing is added.
    void complete(std::vector<facts::Socket> &sockets, const std::vector<facts::Pid> &pids, Nanos now);

  private:
    const procfs::Proc &proc_;
    SocketTables tables_;
};

} // namespace unwedge::session
